import type { Kafka } from 'kafkajs';
import type { BrokerRecord, RecordSearch, SearchResult } from '../BrokerDriver';
import {
  byTime,
  latestParts,
  type Part,
  type Range,
  readsOf,
  withRanges,
} from './KafkaAdminReading';
import type { KafkajsCluster } from './kafkajsCluster';

/** Milliseconds of searching, after which what was found has to do. */
const SEARCHING_MS = 5_000;
/** Offsets after which it has to do, too. */
const MAX_OFFSETS = 10_000;
/** Offsets of the first step: few, as each may hold as much as a topic takes. */
const FIRST_STEP = 50;
const MAX_STEP = 1_000;

/** What is kept of a record that was looked for. */
interface Hit<T> {
  timestamp: number;
  offset: bigint;
  picked: T;
}

/** What was found in a part of a partition. */
interface Step<T> {
  partition: number;
  /** Down to it the partition was looked at. */
  start: bigint;
  /** By offset; those that there is no room for are left to another look. */
  hits: readonly Hit<T>[];
}

/**
 * Looks for records from the end of a topic towards its beginning, in steps
 * that grow. Ends with as many as are wanted, or when it has looked at much.
 * What it says to have looked at, it has read to the end.
 */
export async function searchBackwards<T>(
  kafka: Kafka,
  { topic, before, limit, pick }: RecordSearch<T>,
): Promise<SearchResult<T>> {
  return withRanges(kafka, topic, async (cluster, ranges) => {
    const until = performance.now() + SEARCHING_MS;
    const isLate = () => performance.now() > until;
    const found: Hit<T>[] = [];
    let left = before ? rangesBefore(ranges, before) : below(ranges, new Map());
    const all = sizeOf(left);
    let size = Math.min(limit, FIRST_STEP);
    while (
      left.length > 0 &&
      found.length < limit &&
      all - sizeOf(left) < MAX_OFFSETS &&
      !isLate()
    ) {
      const parts = latestParts(left, size);
      // However late it is, each call gets on by one part at least.
      const minimum = sizeOf(left) === all ? 1 : 0;
      const steps: Step<T>[] = [];
      for (const part of parts) {
        const mayStop = () => steps.length >= minimum && isLate();
        const step = await readStep(
          { cluster, topic, pick, mayStop },
          { ...part, room: limit - found.length },
        );
        if (!step) {
          break;
        }
        steps.push(step);
      }
      const taken = takeLatest(steps, limit - found.length);
      found.push(...taken.hits);
      left = below(left, taken.ends);
      size = Math.min(2 * size, MAX_STEP);
    }
    return {
      found: found.sort((a, b) => byTime(b, a)).map(({ picked }) => picked),
      before: left.map(({ partition, high }) => ({
        ...{ partition, offset: String(high) },
      })),
      left: sizeOf(left),
    };
  });
}

/** Undefined: it was stopped, and what was read of the part is of no use. */
async function readStep<T>(
  around: {
    cluster: KafkajsCluster;
    topic: string;
    pick: (record: BrokerRecord) => T | undefined;
    mayStop: () => boolean;
  },
  /** No more hits are wanted than there is room for. */
  part: Part & { room: number },
): Promise<Step<T> | undefined> {
  const { cluster, topic, pick, mayStop } = around;
  const { partition, room } = part;
  const hits: Hit<T>[] = [];
  let { start } = part;
  for await (const records of readsOf(cluster, topic, part)) {
    if (mayStop()) {
      return undefined;
    }
    for (const record of records) {
      const picked = pick(record);
      if (picked !== undefined) {
        const { timestamp, offset } = record;
        hits.push({ timestamp, offset, picked });
      }
      if (hits.length > room) {
        start = hits[0].offset + 1n;
        hits.shift();
      }
    }
  }
  return { partition, start, hits };
}

/**
 * The latest of what was found, as many as are wanted, and the offsets down to
 * which each partition is done with: nothing is left behind a hit that is taken.
 */
function takeLatest<T>(
  steps: readonly Step<T>[],
  count: number,
): { hits: Hit<T>[]; ends: Map<number, bigint> } {
  const taken: Hit<T>[] = [];
  const rest = steps.map(step => ({ ...step, hits: [...step.hits] }));
  while (taken.length < count) {
    const [latest] = rest
      .flatMap(({ hits }) => hits.slice(-1).map(hit => ({ hit, hits })))
      .sort((a, b) => byTime(b.hit, a.hit));
    if (!latest) {
      break;
    }
    taken.push(latest.hit);
    latest.hits.pop();
  }
  const ends = rest.map(({ partition, start, hits }) => {
    const last = hits.at(-1);
    return [partition, last ? last.offset + 1n : start] as const;
  });
  return { hits: taken, ends: new Map(ends) };
}

/** Only partitions that are named: the others were done with before. */
function rangesBefore(
  ranges: readonly Range[],
  before: NonNullable<RecordSearch<unknown>['before']>,
): Range[] {
  const ends = new Map(
    before.map(({ partition, offset }) => [partition, BigInt(offset)]),
  );
  return below(
    ranges.filter(({ partition }) => ends.has(partition)),
    ends,
  );
}

/** What of the ranges lies below these offsets, as far as there is something. */
function below(
  ranges: readonly Range[],
  ends: ReadonlyMap<number, bigint>,
): Range[] {
  return ranges
    .map(range => {
      const end = ends.get(range.partition) ?? range.high;
      return end < range.high ? { ...range, high: end } : range;
    })
    .filter(({ low, high }) => high > low);
}

function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { low, high }) => sum + Number(high - low), 0);
}
