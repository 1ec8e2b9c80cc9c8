/**
 * Latencies are counted in buckets that grow with them: of one millisecond each
 * up to four, then four to each doubling. What is read from them is at most an
 * eighth off.
 */
const EXACT = 4;
const PER_DOUBLING = 4;
/** What is longer counts as this: no request may take longer. */
const MAX_MS = 2 ** 19 - 1;

/** How many buckets there are. */
export const LATENCY_BUCKETS = bucketOf(MAX_MS) + 1;

/** The bucket of a latency in milliseconds. */
export function bucketOf(latencyMs: number): number {
  const ms = Math.min(Math.max(0, Math.trunc(latencyMs)), MAX_MS);
  if (ms < EXACT) {
    return ms;
  }
  // 2 ** doublings <= ms < 2 ** (doublings + 1); the next two bits tell the quarter.
  const doublings = 31 - Math.clz32(ms);
  return EXACT + (doublings - 2) * PER_DOUBLING + ((ms >> (doublings - 2)) & 3);
}

/** The middle of a bucket, in milliseconds. */
function middleOf(bucket: number): number {
  if (bucket < EXACT) {
    return bucket;
  }
  const doublings = Math.floor((bucket - EXACT) / PER_DOUBLING) + 2;
  const width = 2 ** (doublings - 2);
  const from = 2 ** doublings + ((bucket - EXACT) % PER_DOUBLING) * width;
  return from + (width - 1) / 2;
}

/**
 * The latency that this share of the attempts did not exceed, in milliseconds;
 * at most an eighth off.
 *
 * @param latencies - as in {@link AttemptCounts}; may be added up over several
 * @param share - above 0, at most 1; 0.5 is the median
 * @returns undefined if there were no attempts
 *
 * @public
 */
export function latencyAt(
  latencies: readonly number[],
  share: number,
): number | undefined {
  const count = latencies.reduce((sum, n) => sum + n, 0);
  if (count === 0) {
    return undefined;
  }
  const rank = Math.max(1, Math.ceil(share * count));
  let seen = 0;
  const bucket = latencies.findIndex(n => {
    seen += n;
    return seen >= rank;
  });
  return middleOf(bucket);
}
