import type { Kafka } from 'kafkajs';

/**
 * Commits positions of a group by joining it for a moment. kafkajs' own
 * `admin.setOffsets` does the same but waits five seconds for a first fetch.
 */
export async function commitAsMember(
  kafka: Kafka,
  positions: {
    groupId: string;
    topic: string;
    offsets: Array<{ partition: number; offset: string }>;
  },
): Promise<void> {
  const { groupId, topic, offsets } = positions;
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 100,
    sessionTimeout: 10_000,
    retry: { retries: 2, restartOnFailure: async () => false },
  });
  let crash: Error | undefined;
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    crash = payload.error;
  });
  let isAcknowledged = false;
  consumer.on(consumer.events.COMMIT_OFFSETS, () => {
    isAcknowledged = true;
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const joined = consumer.run({
      autoCommit: false,
      eachBatch: async () => {},
    });
    // This member is here to write, not to read.
    consumer.pause([{ topic }]);
    await joined;
    if (crash) {
      throw crash;
    }
    await consumer.commitOffsets(offsets.map(offset => ({ ...offset, topic })));
    // While it stops kafkajs commits nothing, and says nothing of it.
    if (!isAcknowledged) {
      throw crash ?? new Error('The member has stopped, and committed nothing');
    }
  } finally {
    await consumer.disconnect();
  }
}
