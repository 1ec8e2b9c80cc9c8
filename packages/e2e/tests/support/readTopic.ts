import { waitUntil } from '@event-flows/testbed';
import { Kafka, logLevel } from 'kafkajs';

/** A record as it lies in a topic, its texts decoded. */
interface StoredRecord {
  key?: string;
  value?: string;
  headers: Record<string, string | undefined>;
}

/** Waits until a topic has so many records, and reads it from its beginning. */
export async function readTopic(
  brokers: string[],
  topic: string,
  count: number,
): Promise<StoredRecord[]> {
  const kafka = new Kafka({
    clientId: 'event-flows-e2e',
    brokers,
    logLevel: logLevel.NOTHING,
  });
  const consumer = kafka.consumer({ groupId: `e2e.${topic}` });
  const records: StoredRecord[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message: { key, value, headers = {} } }) => {
        records.push({
          key: key?.toString(),
          value: value?.toString(),
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, text]) => [
              name,
              text?.toString(),
            ]),
          ),
        });
      },
    });
    await waitUntil(() => records.length >= count, {
      timeoutMs: 30_000,
      what: `${count} records in ${topic}`,
    });
  } finally {
    await consumer.disconnect();
  }
  return records;
}
