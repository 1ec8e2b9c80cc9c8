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
/** Reads of one partition in one call: gaps and aborted transactions can fill some in vain. */
export const MAX_READS = 20;
/** As every replica of a consumer, not of a broker. */
const NO_REPLICA = -1;

/** What a partition holds. */
export interface Range {
  partition: number;
  low: bigint;
  high: bigint;
}

/**
 * Reads records without a consumer group: nobody's position moves, and nothing
 * is left behind on the cluster. In order of their timestamps.
 */
export async function readRecords(
  kafka: Kafka,
  { topic, from, limit }: RecordsQuery,
): Promise<BrokerRecord[]> {
  return withTopic(kafka, topic, async (cluster, ranges) => {
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
    return records.sort(
      (a, b) => a.timestamp - b.timestamp || Number(a.offset - b.offset),
    );
  });
}

/** Opens a view of the cluster that knows the topic, and closes it afterwards. */
export async function withTopic<T>(
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
function latestParts(
  ranges: readonly Range[],
  limit: number,
): Array<Range & { start: bigint; limit: number }> {
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
  part: Range & { start: bigint; limit: number },
): Promise<BrokerRecord[]> {
  const { partition, low, high, limit } = part;
  const records: BrokerRecord[] = [];
  let next = part.start < low ? low : part.start;
  for (let reads = 0; reads < MAX_READS; reads += 1) {
    if (next >= high || records.length >= limit) {
      break;
    }
    const batch = await readOnce(cluster, topic, partition, next);
    records.push(
      ...batch.messages.map(message => toRecord(partition, message)),
    );
    const last = batch.rawMessages.at(-1);
    const after = last ? BigInt(last.offset) + 1n : next;
    if (after <= next) {
      break;
    }
    next = after;
  }
  // What was produced meanwhile is not what was asked for.
  return records.filter(({ offset }) => offset < high).slice(0, limit);
}

/** What one read brings, from an offset on. */
export async function readOnce(
  cluster: KafkajsCluster,
  topic: string,
  partition: number,
  offset: bigint,
): Promise<Batch> {
  const leader = cluster
    .findTopicPartitionMetadata(topic)
    .find(({ partitionId }) => partitionId === partition)?.leader;
  const broker = await cluster.findBroker({ nodeId: String(leader) });
  const fetchOffset = String(offset);
  const { responses } = await broker.fetch({
    ...{ replicaId: NO_REPLICA, isolationLevel: 1 },
    ...{ maxWaitTime: READ_WAIT_MS, minBytes: 1, maxBytes: READ_BYTES },
    topics: [
      {
        topic,
        partitions: [{ partition, fetchOffset, maxBytes: READ_BYTES }],
      },
    ],
  });
  const [answer] = responses.flatMap(({ partitions }) => partitions);
  return new Batch(topic, fetchOffset, answer);
}
