import type { Admin, Kafka } from 'kafkajs';
import type { KnownPosition, UnreadPartition } from '../../types';
import { clusterOf, type KafkajsCluster } from './kafkajsCluster';

/** Bytes wanted of a partition: a broker gives the first batch whole all the same. */
const READ_BYTES = 1;
/** Milliseconds that a broker may wait: what is asked for is there. */
const READ_WAIT_MS = 100;
/** As every reader, not as a broker that copies. */
const NO_REPLICA = -1;
/** What is not committed, or was aborted, gets old like the rest. */
const READ_UNCOMMITTED = 0;
/** What a date can be. */
const MAX_TIME_MS = 8.64e15;

/** A place in a topic. */
interface Place {
  partition: number;
  offset: bigint;
}

/** What a topic has that a group has not done; see `BrokerAdmin.unread`. */
export async function unreadPartitions(
  { admin, kafka }: { admin: Admin; kafka: Kafka },
  asked: { groupId: string; topic: string; known?: readonly KnownPosition[] },
): Promise<UnreadPartition[]> {
  const { groupId, topic, known = [] } = asked;
  const [[committed], ends] = await Promise.all([
    admin.fetchOffsets({ groupId, topics: [topic] }),
    admin.fetchTopicOffsets(topic),
  ]);
  const positions = new Map([
    ...known.map(({ partition, position }) => [partition, position] as const),
    ...committed.partitions
      .filter(({ offset }) => BigInt(offset) >= 0n)
      .map(({ partition, offset }) => [partition, offset] as const),
  ]);
  const unread = ends.map(end => ({
    partition: end.partition,
    ...rangeOf(end, positions.get(end.partition)),
  }));
  const times = await timesAt(
    kafka,
    topic,
    unread
      .filter(({ first, high }) => first < high)
      .map(({ partition, first }) => ({ partition, offset: first })),
  );
  return unread
    .map(({ partition, first, high, deleted }) => {
      const firstAt = times.get(partition);
      return {
        ...{ partition, records: Number(high - first), deleted },
        ...(firstAt !== undefined && { firstAt }),
      };
    })
    .sort((a, b) => a.partition - b.partition);
}

function rangeOf(end: { low: string; high: string }, position = end.low) {
  const [low, high, next] = [end.low, end.high, position].map(BigInt);
  if (next > high) {
    // The topic is another one of the same name, where nothing is done yet.
    return { first: low, high, deleted: 0 };
  }
  return next < low
    ? { first: low, high, deleted: Number(low - next) }
    : { first: next, high, deleted: 0 };
}

/** By partition, when the record at each place, or the next one after it, was written. */
async function timesAt(
  kafka: Kafka,
  topic: string,
  places: readonly Place[],
): Promise<Map<number, string>> {
  const times = new Map<number, string>();
  if (places.length === 0) {
    return times;
  }
  const cluster = clusterOf(kafka);
  if (!cluster) {
    throw new Error('This version of kafkajs cannot read without a group');
  }
  try {
    await cluster.connect();
    await cluster.addMultipleTargetTopics([topic]);
    for (const place of places) {
      const time = await timeAt(cluster, topic, place);
      if (time !== undefined) {
        times.set(place.partition, time);
      }
    }
    return times;
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

async function timeAt(
  cluster: KafkajsCluster,
  topic: string,
  { partition, offset }: Place,
): Promise<string | undefined> {
  const leader = cluster
    .findTopicPartitionMetadata(topic)
    .find(({ partitionId }) => partitionId === partition)?.leader;
  const broker = await cluster.findBroker({ nodeId: String(leader) });
  const { responses } = await broker.fetch({
    ...{ replicaId: NO_REPLICA, isolationLevel: READ_UNCOMMITTED },
    ...{ maxWaitTime: READ_WAIT_MS, minBytes: 1, maxBytes: READ_BYTES },
    topics: [
      {
        topic,
        partitions: [
          { partition, fetchOffset: String(offset), maxBytes: READ_BYTES },
        ],
      },
    ],
  });
  // A batch comes whole, with records from before the place.
  const record = responses
    .flatMap(({ partitions }) => partitions)
    .flatMap(({ messages }) => messages)
    .find(message => BigInt(message.offset) >= offset);
  const time = Number(record?.timestamp ?? -1);
  // Whoever produces chooses the time, and may choose anything.
  return time >= 0 && time <= MAX_TIME_MS
    ? new Date(time).toISOString()
    : undefined;
}
