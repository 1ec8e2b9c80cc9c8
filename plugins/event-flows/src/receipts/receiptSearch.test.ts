import { ALL_RECEIPTS, toFilter } from './receiptSearch';

const filter = (search: Partial<typeof ALL_RECEIPTS>) =>
  toFilter({ ...ALL_RECEIPTS, ...search });

describe('toFilter', () => {
  it('asks for everything where nothing is looked for', () => {
    expect(filter({})).toEqual({});
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
