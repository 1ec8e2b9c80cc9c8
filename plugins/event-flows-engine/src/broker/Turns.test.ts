import { Turns } from './Turns';

describe('Turns', () => {
  it('lets each partition come first, at each broker', () => {
    const turns = new Turns<string>();
    const reads = ['a', 'b', 'a', 'b', 'a', 'a'].map(node =>
      turns.next(node, node === 'a' ? [1, 3, 5] : [2, 4]),
    );
    expect(reads).toEqual([
      ...[
        [1, 3, 5],
        [2, 4],
        [3, 5, 1],
        [4, 2],
        [5, 1, 3],
        [1, 3, 5],
      ],
    ]);
  });

  it('asks for nothing where there is nothing', () => {
    expect(new Turns().next(1, [])).toEqual([]);
  });
});
