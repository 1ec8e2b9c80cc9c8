import { sortRows } from './sortRows';

const keyOf = (value: string | number | undefined) => value;

describe('sortRows', () => {
  it('sorts names as people count', () => {
    expect(sortRows(['t10', 't9', 't1'], keyOf, 'asc')).toEqual([
      't1',
      't9',
      't10',
    ]);
  });

  it('puts what is not known last, whichever way', () => {
    expect(sortRows([undefined, 1, 2], keyOf, 'desc')).toEqual([
      2,
      1,
      undefined,
    ]);
  });
});
