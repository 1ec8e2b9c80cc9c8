import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import {
  clusterOf,
  type KafkajsCluster,
  type Watermarks,
} from './kafkajsCluster';

/** What the details of a list may take, after which it is shown without the rest. */
const COUNTING_MS = 2_000;
/** Topics asked about in one request; those of a request that fails are asked in halves. */
const TOPICS_PER_REQUEST = 250;

/** About how many records a topic holds: the sum of high minus low watermarks. */
export async function countRecords(
  admin: Admin,
  topic: string,
): Promise<number> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets.reduce(
    (sum, { high, low }) => sum + Number(BigInt(high) - BigInt(low)),
    0,
  );
}

/**
 * Counts the records of many topics. A topic is missing from the answer if the
 * cluster did not tell, or not in time. Sockets that are still open then are
 * the client's, and end with it.
 */
export async function countRecordsOfAll(
  kafka: Kafka,
  topics: readonly string[],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const cluster = clusterOf(kafka);
  if (!cluster || topics.length === 0) {
    return counts;
  }
  const timer = new AbortController();
  const { signal } = timer;
  const tooLate = delay(COUNTING_MS, undefined, { signal }).catch(() => {});
  await Promise.race([countWith(cluster, topics, counts, signal), tooLate]);
  timer.abort();
  // What comes later must not change what was answered.
  return new Map(counts);
}

/** Never rejects: the list itself was read, and its details may be missing. */
async function countWith(
  cluster: KafkajsCluster,
  topics: readonly string[],
  counts: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await cluster.connect();
    await cluster.addMultipleTargetTopics(topics);
    const waiting = chunksOf(topics, TOPICS_PER_REQUEST);
    for (
      let chunk = waiting.shift();
      chunk && !signal.aborted;
      chunk = waiting.shift()
    ) {
      const found = await countChunk(cluster, chunk).catch(() => undefined);
      found?.forEach((count, topic) => counts.set(topic, count));
      if (!found && chunk.length > 1) {
        // One that is being deleted, or has lost its leader, spoils a request.
        waiting.push(...chunksOf(chunk, Math.ceil(chunk.length / 2)));
      }
    }
  } catch {
    return;
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

async function countChunk(
  cluster: KafkajsCluster,
  topics: readonly string[],
): Promise<Map<string, number>> {
  const watermarks = (fromBeginning: boolean) =>
    cluster.fetchTopicsOffset(
      topics.map(topic => ({
        topic,
        fromBeginning,
        partitions: cluster
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ partition: partitionId })),
      })),
    );
  const low = sums(await watermarks(true));
  const high = sums(await watermarks(false));
  return new Map(
    [...high].map(([topic, sum]) => [
      topic,
      Number(sum - (low.get(topic) ?? 0n)),
    ]),
  );
}

function sums(watermarks: Watermarks[]): Map<string, bigint> {
  return new Map(
    watermarks.map(({ topic, partitions }) => [
      topic,
      partitions.reduce((sum, { offset }) => sum + BigInt(offset), 0n),
    ]),
  );
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
