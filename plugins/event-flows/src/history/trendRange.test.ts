import { trendRangeOf } from './trendRange';

describe('trendRangeOf', () => {
  it('says between what the values lie, and the last one', () => {
    expect(trendRangeOf([null, 120, 0, null, 80])).toEqual({
      ...{ least: 0, most: 120, now: 80 },
    });
    expect(trendRangeOf([7, 0])).toEqual({ least: 0, most: 7, now: 0 });
  });

  it('does not say what nobody knows', () => {
    expect(trendRangeOf([3, null])).toEqual({ least: 3, most: 3 });
    expect(trendRangeOf([null, null])).toBeUndefined();
    expect(trendRangeOf([])).toBeUndefined();
  });
});
