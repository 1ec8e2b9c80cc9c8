import type { Kafka } from 'kafkajs';
import type { RecordPlace } from '../../types';
import type { BrokerRecord } from '../BrokerDriver';
import { byTime, latestParts, readsOf, withRanges } from './KafkaAdminReading';

/** Milliseconds of reading, after which the places that were found have to do. */
const FINDING_MS = 5_000;

/**
 * Where the latest records of all partitions lie. Kafka tells only by sending
 * them: no more of them is kept than that. Goes further back where offsets hold
 * no record, as after compaction and beside transactions.
 */
export async function findLatestPlaces(
  kafka: Kafka,
  { topic, limit }: { topic: string; limit: number },
): Promise<RecordPlace[]> {
  return withRanges(kafka, topic, async (cluster, ranges) => {
    const until = performance.now() + FINDING_MS;
    const found: Array<
      Pick<BrokerRecord, 'partition' | 'offset' | 'timestamp'>
    > = [];
    let parts = latestParts(ranges, limit);
    while (parts.length > 0 && found.length < limit) {
      for (const part of parts) {
        for await (const records of readsOf(cluster, topic, part)) {
          for (const { partition, offset, timestamp } of records) {
            found.push({ partition, offset, timestamp });
          }
          if (performance.now() > until) {
            return inOrder(found);
          }
        }
      }
      const before = parts.map(part => ({ ...part, high: part.start }));
      parts = latestParts(before, limit - found.length);
    }
    return inOrder(found);
  });
}

function inOrder(
  found: Array<Pick<BrokerRecord, 'partition' | 'offset' | 'timestamp'>>,
): RecordPlace[] {
  return found.sort(byTime).map(({ partition, offset }) => ({
    ...{ partition, offset: String(offset) },
  }));
}
