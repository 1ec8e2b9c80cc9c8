import type { Admin, Kafka } from 'kafkajs';
import type { BrokerRecord } from '../BrokerDriver';
import {
  MAX_READS,
  type Range,
  readOnce,
  withTopic,
} from './KafkaAdminReading';
import type { KafkajsCluster } from './kafkajsCluster';
import { toRecord } from './toRecord';

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
  const parts = await withTopic(kafka, topic, (cluster, ranges) =>
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
  { partition, low, high }: Range,
  isDone: Purge['isDone'],
): Promise<{ partition: number; records: number; before: bigint }> {
  let records = 0;
  let before = low;
  for (let reads = 0; reads < MAX_READS && before < high; reads += 1) {
    const batch = await readOnce(cluster, topic, partition, before);
    for (const message of batch.messages) {
      const record = toRecord(partition, message);
      if (!isDone(record)) {
        return { partition, records, before: record.offset };
      }
      records += 1;
    }
    const last = batch.rawMessages.at(-1);
    const after = last ? BigInt(last.offset) + 1n : before;
    if (after <= before) {
      break;
    }
    before = after;
  }
  return { partition, records, before };
}
