import { isExpiring } from './pauseClock';

const HOUR = 60 * 60_000;
const NOW = Date.parse('2026-11-26T12:00:00.000Z');

function clock(leftHours: number, retentionHours: number) {
  return {
    deletedFrom: new Date(NOW + leftHours * HOUR).toISOString(),
    retentionMs: retentionHours * HOUR,
    ...{ deleted: 0, isSizeLimited: false },
  };
}

describe('a pause clock', () => {
  it.each([
    [24, 168, false],
    [23.9, 168, true],
    [72, 720, false],
    [71.9, 720, true],
    [-1, 168, true],
  ])('with %s h left of %s h: %s', (left, retention, expected) => {
    expect(isExpiring(clock(left, retention), NOW)).toBe(expected);
  });

  it('warns when records are gone, and not where none is deleted for its age', () => {
    const none = { deleted: 0, isSizeLimited: true };
    expect(isExpiring(none, NOW)).toBe(false);
    expect(isExpiring({ ...none, deleted: 1 }, NOW)).toBe(true);
  });
});
