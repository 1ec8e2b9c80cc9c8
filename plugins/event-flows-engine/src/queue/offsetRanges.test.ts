import fc from 'fast-check';
import { packRanges, unpackRanges, type OffsetRange } from './offsetRanges';

/** Ranges that go up and do not touch, from distances and lengths. */
function rangesFrom(start: bigint, steps: Array<[bigint, bigint]>) {
  let end = start;
  return steps.map(([distance, length]): OffsetRange => {
    const from = end + distance;
    end = from + length;
    return [from, end];
  });
}

const steps = (maxLength: number, longest: bigint) =>
  fc.array(
    fc.tuple(
      fc.bigInt({ min: 1n, max: longest }),
      fc.bigInt({ min: 1n, max: longest }),
    ),
    { maxLength },
  );

const starts = fc.bigInt({ min: 0n, max: 2n ** 62n });

describe('offsetRanges', () => {
  it.each([
    ['few that are long', 40, 5_000_000n],
    ['many that are short', 900, 3n],
    ['some of either', 200, 40n],
  ])('come back as they were: %s', (_, count, longest) => {
    fc.assert(
      fc.property(starts, steps(count, longest), (start, list) => {
        const ranges = rangesFrom(start, list);
        const packed = packRanges(start, ranges, 1_800);
        expect(unpackRanges(start, packed)).toEqual(ranges);
      }),
      { numRuns: 50 },
    );
  });

  it('never take more bytes than they may, and only the last are left out', () => {
    fc.assert(
      fc.property(
        starts,
        steps(500, 300n),
        fc.integer({ min: 1, max: 200 }),
        (start, list, maxBytes) => {
          const ranges = rangesFrom(start, list);
          const packed = packRanges(start, ranges, maxBytes);
          expect(packed.length).toBeLessThanOrEqual(maxBytes);
          const kept = unpackRanges(start, packed);
          expect(kept).toEqual(ranges.slice(0, kept.length));
        },
      ),
    );
  });

  it('have room for fourteen thousand records of which every other one is done', () => {
    const ranges = rangesFrom(
      7n,
      Array.from({ length: 7_000 }, () => [1n, 1n]),
    );
    expect(unpackRanges(7n, packRanges(7n, ranges, 1_800))).toEqual(ranges);
  });

  it('are none where there was nothing', () => {
    expect(unpackRanges(5n, packRanges(5n, [], 1_800))).toEqual([]);
    expect(unpackRanges(5n, Buffer.alloc(0))).toEqual([]);
  });
});
