import { readPositionMetadata } from './positionMetadata';

/** As the engine wrote it. */
const WRITTEN = JSON.stringify({
  v: 1,
  r: 3,
  d: Buffer.from([0, 2, 1, 0xac, 2, 0x80, 1]).toString('base64url'),
  h: [
    [0, 1, 1_000, 'refused'],
    [1, 2, 2_000],
  ],
});

describe('readPositionMetadata', () => {
  it('reads runs and what is held up', () => {
    expect(readPositionMetadata(100, WRITTEN)).toEqual({
      done: [
        [102, 103],
        [403, 531],
      ],
      heldUp: [
        { offset: 100, attempts: 1, firstFailedAtMs: 1_000, isBlocked: true },
        { offset: 101, attempts: 2, firstFailedAtMs: 2_000, isBlocked: false },
      ],
    });
  });

  it('reads bits', () => {
    const d = Buffer.from([1, 0b1000_0010, 0b1]).toString('base64url');
    const text = JSON.stringify({ v: 1, r: 0, d, h: [] });
    expect(readPositionMetadata(100, text).done).toEqual([
      [101, 102],
      [107, 108],
      [108, 109],
    ]);
  });

  it('says nothing where nothing stands', () => {
    expect(readPositionMetadata(5, '')).toEqual({ done: [], heldUp: [] });
  });

  it.each(['text', '{"v":2,"d":"AA","h":[]}', '{"v":1,"d":"Ag","h":[]}'])(
    'does not guess what it does not know: %s',
    text => {
      expect(() => readPositionMetadata(0, text)).toThrow();
    },
  );
});
