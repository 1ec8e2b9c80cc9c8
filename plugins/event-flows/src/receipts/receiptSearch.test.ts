import { ALL_RECEIPTS, isNoOffset, toFilter } from './receiptSearch';

const filter = (search: Partial<typeof ALL_RECEIPTS>) =>
  toFilter({ ...ALL_RECEIPTS, ...search });

describe('toFilter', () => {
  it('asks for everything where nothing is looked for', () => {
    expect(filter({})).toEqual({});
    expect(isNoOffset(ALL_RECEIPTS)).toBe(false);
  });

  it.each([
    ['8812', { offset: '8812' }],
    ['8,812', { offset: '8812' }],
    ['2:8812', { partition: 2, offset: '8812' }],
    ['2:', {}],
    ['order-7', {}],
    ['99999999999999999999', {}],
  ])('takes %s for a place in the topic', (offset, expected) => {
    expect(filter({ offset })).toEqual(expected);
    expect(isNoOffset({ ...ALL_RECEIPTS, offset })).toBe(
      Object.keys(expected).length === 0,
    );
  });

  it('takes a time for a local one', () => {
    const until = '2026-11-26T10:30';
    expect(filter({ until })).toEqual({ until: new Date(until).toISOString() });
    expect(filter({ until: 'soon' })).toEqual({});
  });

  it('combines', () => {
    expect(filter({ key: 'a', outcome: 'retried', offset: '1' })).toEqual({
      ...{ key: 'a', outcome: 'retried', offset: '1' },
    });
  });
});
