import { randomBytes } from 'node:crypto';
import { SecretBox, wrappingKeyOf } from './SecretBox';

const place = { table: 'connections', rowId: 'row', field: 'secrets' };
const older = { id: 'older', key: randomBytes(32) };
const newer = { id: 'newer', key: randomBytes(32) };
const secret = 'pässword 🚀 \u0000 with everything';

/** The same text with one character of one part replaced. */
function damage(sealed: string, part: 'wrapped' | 'data', index: number) {
  const parsed = JSON.parse(sealed);
  const bytes = Buffer.from(parsed[part], 'base64');
  bytes[index < 0 ? bytes.length + index : index] ^= 1;
  return JSON.stringify({ ...parsed, [part]: bytes.toString('base64') });
}

const unreadable = expect.objectContaining({ name: 'SecretUnreadableError' });

describe('SecretBox', () => {
  const box = new SecretBox([older]);
  const sealed = box.seal(secret, place);

  it('opens what it sealed, and shows nothing of it before', () => {
    expect(box.open(sealed, place)).toBe(secret);
    expect(sealed).not.toContain('ssword');
    expect(box.open(box.seal('', place), place)).toBe('');
  });

  it('never seals the same way twice', () => {
    const again = JSON.parse(box.seal(secret, place));
    const first = JSON.parse(sealed);
    expect(again.data).not.toBe(first.data);
    expect(again.wrapped).not.toBe(first.wrapped);
  });

  it.each([
    { ...place, rowId: 'another' },
    { ...place, table: 'another' },
    { ...place, field: 'another' },
    // The parts are kept apart: moving a letter between them is another place.
    { table: 'connection', rowId: 'srow', field: 'secrets' },
  ])('opens at its own place only, not at %p', elsewhere => {
    expect(() => box.open(sealed, elsewhere)).toThrow(unreadable);
  });

  it.each([
    damage(sealed, 'data', 0),
    damage(sealed, 'data', 12),
    damage(sealed, 'data', -1),
    damage(sealed, 'wrapped', 0),
    damage(sealed, 'wrapped', -1),
    sealed.replace('"v":1', '"v":2'),
    JSON.stringify({ ...JSON.parse(sealed), data: 'AA==' }),
    'not even JSON',
  ])('notices damage', damaged => {
    expect(() => box.open(damaged, place)).toThrow(unreadable);
  });

  it('cannot swap the data keys of two places', () => {
    const other = { ...place, rowId: 'other' };
    const mixed = {
      ...JSON.parse(sealed),
      wrapped: JSON.parse(box.seal(secret, other)).wrapped,
    };
    expect(() => box.open(JSON.stringify(mixed), place)).toThrow(unreadable);
  });

  it('opens with every key of the list and seals with the first', () => {
    const both = new SecretBox([newer, older]);
    expect(both.open(sealed, place)).toBe(secret);
    expect(JSON.parse(both.seal(secret, place)).key).toBe('newer');
    expect(() => both.check(sealed, place)).not.toThrow();
  });

  it('names the key that is missing', () => {
    const other = new SecretBox([newer]);
    expect(wrappingKeyOf(sealed)).toBe('older');
    expect(() => other.check(sealed, place)).toThrow(/"older" is missing/);
    expect(() => other.open(sealed, place)).toThrow(/"older" is missing/);
  });

  it('notices a key that has another value under the same name', () => {
    const impostor = new SecretBox([{ ...older, key: randomBytes(32) }]);
    expect(() => impostor.open(sealed, place)).toThrow(/another value/);
    expect(() => impostor.check(sealed, place)).toThrow(/another value/);
    expect(impostor.fingerprints()).not.toEqual(box.fingerprints());
    expect(new SecretBox([older]).fingerprints()).toEqual(box.fingerprints());
  });

  it('wraps anew with the first key, without touching the secret', () => {
    const both = new SecretBox([newer, older]);
    const rewrapped = both.rewrap(sealed, place);
    expect(rewrapped).toBeDefined();
    expect(JSON.parse(rewrapped ?? '').data).toBe(JSON.parse(sealed).data);
    expect(new SecretBox([newer]).open(rewrapped ?? '', place)).toBe(secret);
    expect(both.rewrap(rewrapped ?? '', place)).toBe(undefined);
  });

  it('cannot seal without a key', () => {
    const empty = new SecretBox([]);
    expect(empty.currentKey).toBe(undefined);
    expect(() => empty.seal(secret, place)).toThrow('eventFlows.secrets.keys');
  });
});
