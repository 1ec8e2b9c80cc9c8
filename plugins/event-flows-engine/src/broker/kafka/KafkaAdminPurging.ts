import type { Admin, Kafka } from 'kafkajs';
import type { BrokerRecord } from '../BrokerDriver';
import {
  MAX_READS,
  type Range,
  readsOf,
  withRanges,
} from './KafkaAdminReading';
import type { KafkajsCluster } from './kafkajsCluster';

/** Which records of a topic are of no more use. */
export interface Purge {
  topic: string;
  isDone: (record: BrokerRecord) => boolean;
  /** Nothing is deleted. */
  checkOnly: boolean;
}

/**
 * Deletes, at the beginning of each partition, what is done: Kafka can delete
 * from the beginning on, and no records between others. Where there is much, a
 * part of it; it can be called again.
 *
 * @returns how many records that were, or would be
 */
export async function deleteDone(
  { admin, kafka }: { admin: Admin; kafka: Kafka },
  { topic, isDone, checkOnly }: Purge,
): Promise<number> {
  const parts = await withRanges(kafka, topic, (cluster, ranges) =>
    Promise.all(ranges.map(range => donePart(cluster, topic, range, isDone))),
  );
  const done = parts.filter(({ records }) => records > 0);
  if (!checkOnly && done.length > 0) {
    // kafkajs deletes only where it has looked who leads the partitions.
    await admin.fetchTopicMetadata({ topics: [topic] });
    await admin.deleteTopicRecords({
      topic,
      partitions: done.map(({ partition, before }) => ({
        partition,
        offset: String(before),
      })),
    });
  }
  return done.reduce((sum, { records }) => sum + records, 0);
}

/** As far as everything is done, from the beginning on. */
async function donePart(
  cluster: KafkajsCluster,
  topic: string,
  range: Range,
  isDone: Purge['isDone'],
): Promise<{ partition: number; records: number; before: bigint }> {
  const { partition, low } = range;
  let records = 0;
  let before = low;
  let reads = 0;
  for await (const read of readsOf(cluster, topic, { ...range, start: low })) {
    for (const record of read) {
      if (!isDone(record)) {
        return { partition, records, before };
      }
      records += 1;
      before = record.offset + 1n;
    }
    reads += 1;
    if (reads >= MAX_READS) {
      break;
    }
  }
  return { partition, records, before };
}
