import type { Kafka } from 'kafkajs';
import Batch from 'kafkajs/src/consumer/batch';
import type { BrokerRecord } from '../BrokerDriver';
import { clusterOf, type KafkajsCluster } from './kafkajsCluster';
import { toRecord } from './toRecord';

/** Which records of a topic are looked at. */
export interface RecordsQuery {
  topic: string;
  /** From one offset on, or the latest of all partitions. */
  from: 'latest' | { partition: number; offset: string };
  /** Records, at most. */
  limit: number;
}

/** Bytes that one read may bring; a batch that is larger comes whole. */
const READ_BYTES = 1024 * 1024;
/** Milliseconds that a broker may wait for records: what is looked at is there. */
const READ_WAIT_MS = 100;
/**
 * Milliseconds that a broker may wait when it is asked again for what it has
 * and did not bring, as where old records lie in a remote store.
 */
const PATIENCE_MS = [300, 1_000, 2_000];
/** Reads of one partition in one call: gaps and aborted transactions can fill some in vain. */
export const MAX_READS = 20;
/** As every replica of a consumer, not of a broker. */
const NO_REPLICA = -1;

/** A broker does not bring records that it says to have. */
export class NothingReadError extends Error {
  readonly name = 'NothingReadError' as const;

  constructor(partition: number, next: bigint, high: bigint) {
    super(
      `The broker has records of partition ${partition} from offset ${next} to ${high}, and brings none of them; try again later`,
    );
  }
}

/** What a partition had when it was asked. */
export interface Range {
  partition: number;
  low: bigint;
  high: bigint;
}

/** What is read of a partition: from the start on, and not beyond what it had. */
export interface Part extends Range {
  start: bigint;
}

/**
 * Reads records without a consumer group: nobody's position moves, and nothing
 * is left behind on the cluster. In order of their timestamps.
 */
export async function readRecords(
  kafka: Kafka,
  { topic, from, limit }: RecordsQuery,
): Promise<BrokerRecord[]> {
  return withRanges(kafka, topic, async (cluster, ranges) => {
    const parts =
      from === 'latest'
        ? latestParts(ranges, limit)
        : ranges
            .filter(({ partition }) => partition === from.partition)
            .map(range => ({ ...range, start: BigInt(from.offset), limit }));
    const records: BrokerRecord[] = [];
    for (const part of parts) {
      records.push(...(await readPart(cluster, topic, part)));
    }
    return records.sort(byTime);
  });
}

/** The order in which records were made, as far as can be told. */
export function byTime(
  a: Pick<BrokerRecord, 'timestamp' | 'offset'>,
  b: Pick<BrokerRecord, 'timestamp' | 'offset'>,
): number {
  return a.timestamp - b.timestamp || Number(a.offset - b.offset);
}

/** Looks at a topic with a client of its own, which ends with the work. */
export async function withRanges<T>(
  kafka: Kafka,
  topic: string,
  work: (cluster: KafkajsCluster, ranges: Range[]) => Promise<T>,
): Promise<T> {
  const cluster = clusterOf(kafka);
  if (!cluster) {
    throw new Error('This version of kafkajs cannot read without a group');
  }
  try {
    await cluster.connect();
    await cluster.addMultipleTargetTopics([topic]);
    return await work(cluster, await rangesOf(cluster, topic));
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

async function rangesOf(
  cluster: KafkajsCluster,
  topic: string,
): Promise<Range[]> {
  const partitions = cluster
    .findTopicPartitionMetadata(topic)
    .map(({ partitionId }) => ({ partition: partitionId }));
  const ends = async (fromBeginning: boolean) => {
    const [answer] = await cluster.fetchTopicsOffset([
      { topic, fromBeginning, partitions },
    ]);
    return new Map(
      answer.partitions.map(({ partition, offset }) => [
        partition,
        BigInt(offset),
      ]),
    );
  };
  const [low, high] = [await ends(true), await ends(false)];
  return partitions.map(({ partition }) => ({
    partition,
    low: low.get(partition) ?? 0n,
    high: high.get(partition) ?? 0n,
  }));
}

/** Shares what is wanted out among the partitions, by what each one has. */
export function latestParts(
  ranges: readonly Range[],
  limit: number,
): Array<Part & { limit: number }> {
  const bySize = ranges
    .filter(({ low, high }) => high > low)
    .sort((a, b) => Number(a.high - a.low - (b.high - b.low)));
  let left = limit;
  return bySize.map((range, index) => {
    const share = Math.ceil(left / (bySize.length - index));
    const count = Math.min(share, Number(range.high - range.low));
    left -= count;
    return { ...range, start: range.high - BigInt(count), limit: count };
  });
}

async function readPart(
  cluster: KafkajsCluster,
  topic: string,
  part: Part & { limit: number },
): Promise<BrokerRecord[]> {
  const { limit } = part;
  const records: BrokerRecord[] = [];
  let reads = 0;
  for await (const read of readsOf(cluster, topic, part)) {
    records.push(...read.slice(0, limit - records.length));
    reads += 1;
    if (records.length >= limit || reads >= MAX_READS) {
      break;
    }
  }
  return records;
}

/**
 * The records of a part, read by read; some reads bring none.
 *
 * @throws NothingReadError if it cannot be read to its end
 */
export async function* readsOf(
  cluster: KafkajsCluster,
  topic: string,
  { partition, low, high, start }: Part,
): AsyncGenerator<BrokerRecord[]> {
  let next = start < low ? low : start;
  let inVain = 0;
  while (next < high) {
    const waitMs = inVain === 0 ? READ_WAIT_MS : PATIENCE_MS[inVain - 1];
    if (waitMs === undefined) {
      throw new NothingReadError(partition, next, high);
    }
    const begin = next;
    const batch = await readOnce(
      cluster,
      topic,
      partition,
      begin,
      waitMs,
    ).catch(error => (isOutOfRange(error) ? undefined : Promise.reject(error)));
    const last = batch?.rawMessages.at(-1);
    if (batch && last && BigInt(last.offset) >= begin) {
      // What was produced meanwhile is not what was asked for.
      yield batch.messages
        .map(message => toRecord(partition, message))
        .filter(({ offset }) => offset < high);
      next = BigInt(last.offset) + 1n;
      inVain = 0;
    } else {
      inVain += 1;
      // Retention may have moved on since it was asked for.
      const first = await firstOffsetOf(cluster, topic, partition);
      next = first > next ? first : next;
    }
  }
}

function isOutOfRange(error: unknown): boolean {
  return (
    error instanceof Error &&
    'type' in error &&
    error.type === 'OFFSET_OUT_OF_RANGE'
  );
}

async function firstOffsetOf(
  cluster: KafkajsCluster,
  topic: string,
  partition: number,
): Promise<bigint> {
  const partitions = [{ partition }];
  const [answer] = await cluster.fetchTopicsOffset([
    { topic, fromBeginning: true, partitions },
  ]);
  return BigInt(answer.partitions[0].offset);
}

/** Undefined: the broker has answered nothing of the partition, as when it is asked too often. */
async function readOnce(
  cluster: KafkajsCluster,
  topic: string,
  partition: number,
  offset: bigint,
  maxWaitTime: number,
): Promise<Batch | undefined> {
  const leader = cluster
    .findTopicPartitionMetadata(topic)
    .find(({ partitionId }) => partitionId === partition)?.leader;
  const broker = await cluster.findBroker({ nodeId: String(leader) });
  const fetchOffset = String(offset);
  const { responses } = await broker.fetch({
    ...{ replicaId: NO_REPLICA, isolationLevel: 1 },
    ...{ maxWaitTime, minBytes: 1, maxBytes: READ_BYTES },
    topics: [
      {
        topic,
        partitions: [{ partition, fetchOffset, maxBytes: READ_BYTES }],
      },
    ],
  });
  const answer = responses.flatMap(({ partitions }) => partitions).at(0);
  return answer && new Batch(topic, fetchOffset, answer);
}
