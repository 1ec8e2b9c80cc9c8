import type { Admin, Kafka } from 'kafkajs';
import type { PurgedLetters } from '../../types';
import type { BrokerRecord } from '../BrokerDriver';
import {
  MAX_READS,
  type Range,
  readsOf,
  withRanges,
} from './KafkaAdminReading';
import type { KafkajsCluster } from './kafkajsCluster';

/** Milliseconds of looking for what is done, after which what was found has to do. */
const LOOKING_MS = 5_000;

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
 * @returns what that was, or would be
 */
export async function deleteDone(
  { admin, kafka }: { admin: Admin; kafka: Kafka },
  { topic, isDone, checkOnly }: Purge,
): Promise<PurgedLetters> {
  const parts = await withRanges(kafka, topic, (cluster, ranges) =>
    doneParts(cluster, topic, ranges, isDone),
  );
  const before = parts.map(part => ({
    partition: part.partition,
    offset: String(part.before),
  }));
  if (!checkOnly && before.length > 0) {
    // kafkajs deletes only where it has looked who leads the partitions.
    await admin.fetchTopicMetadata({ topics: [topic] });
    await admin.deleteTopicRecords({ topic, partitions: before });
  }
  return {
    records: parts.reduce((sum, { records }) => sum + records, 0),
    before,
  };
}

/** One partition after the other: reads are large, and the thread delivers meanwhile. */
async function doneParts(
  cluster: KafkajsCluster,
  topic: string,
  ranges: readonly Range[],
  isDone: Purge['isDone'],
): Promise<DonePart[]> {
  const until = performance.now() + LOOKING_MS;
  const isLate = () => performance.now() > until;
  const done: DonePart[] = [];
  for (const range of ranges) {
    const part = await donePart(cluster, topic, range, { isDone, isLate });
    if (part.records > 0) {
      done.push(part);
    }
    if (isLate()) {
      break;
    }
  }
  return done;
}

interface DonePart {
  partition: number;
  records: number;
  before: bigint;
}

/** As far as everything is done, from the beginning on. */
async function donePart(
  cluster: KafkajsCluster,
  topic: string,
  range: Range,
  { isDone, isLate }: Pick<Purge, 'isDone'> & { isLate: () => boolean },
): Promise<DonePart> {
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
    if (reads >= MAX_READS || isLate()) {
      break;
    }
  }
  return { partition, records, before };
}
