import { Kafka, logLevel, type Consumer } from 'kafkajs';
import type { DeadLetter } from './Ledger';

const PREFIX = '__event_flows.errors.';

/** A dead letter keeps the time of its record, unless the topic wants to know when it came. */
export const DEAD_LETTER_TOPIC_CONFIG = {
  'message.timestamp.type': 'LogAppendTime',
};

/** Reads a dead-letter topic from its beginning and tells of each record. */
export class DeadLetterReader {
  static async start(options: {
    brokers: string[];
    topic: string;
    onDeadLetter: (record: DeadLetter) => void;
  }): Promise<DeadLetterReader> {
    const kafka = new Kafka({
      clientId: 'event-flows-faults',
      brokers: options.brokers,
      logLevel: logLevel.NOTHING,
    });
    const consumer = kafka.consumer({
      groupId: `faults.${options.topic}`,
      maxWaitTimeInMs: 200,
    });
    await consumer.connect();
    await consumer.subscribe({ topic: options.topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const header = (name: string) =>
          Number(message.headers?.[PREFIX + name]?.toString());
        options.onDeadLetter({
          partition: header('partition'),
          offset: header('offset'),
          at: Number(message.timestamp),
        });
      },
    });
    return new DeadLetterReader(consumer);
  }

  private constructor(private readonly consumer: Consumer) {}

  async stop(): Promise<void> {
    await this.consumer.disconnect();
  }
}
