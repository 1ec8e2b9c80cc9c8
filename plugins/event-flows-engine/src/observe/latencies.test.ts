import fc from 'fast-check';
import { bucketOf, LATENCY_BUCKETS, latencyAt } from './latencies';

function count(latenciesMs: number[]): number[] {
  const buckets = new Array<number>(LATENCY_BUCKETS).fill(0);
  latenciesMs.forEach(ms => {
    buckets[bucketOf(ms)] += 1;
  });
  return buckets;
}

const latency = fc.integer({ min: 0, max: 300_000 });

describe('latencies', () => {
  it('are read back within an eighth', () => {
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1 }),
        fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1),
        (latencies, share) => {
          const sorted = [...latencies].sort((a, b) => a - b);
          const exact = sorted[Math.ceil(share * sorted.length) - 1];
          const read = latencyAt(count(latencies), share);
          expect(Math.abs(Number(read) - exact)).toBeLessThanOrEqual(exact / 8);
        },
      ),
    );
  });

  it('fall into buckets in their order', () => {
    fc.assert(
      fc.property(latency, latency, (a, b) => {
        const [shorter, longer] = [Math.min(a, b), Math.max(a, b)];
        expect(bucketOf(shorter)).toBeLessThanOrEqual(bucketOf(longer));
      }),
    );
  });

  it('that cannot be are counted all the same', () => {
    // A clock may be set while a request is under way.
    expect(bucketOf(-1)).toBe(0);
    expect(bucketOf(1e12)).toBe(LATENCY_BUCKETS - 1);
    expect(bucketOf(2.9)).toBe(2);
  });

  it('of no attempts have no median', () => {
    expect(latencyAt([], 0.5)).toBeUndefined();
    expect(latencyAt(count([]), 0.5)).toBeUndefined();
  });
});
