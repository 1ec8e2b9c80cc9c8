import { InputError } from '@backstage/errors';
import type { BrokerAccess, BrokerAdmin } from '@event-flows/engine';
import type { QueueRecord } from './QueuesStore';

/**
 * Checks that undeliverable records have a place to go which the same
 * algorithm does not read: else they would come back to it for ever.
 *
 * @param siblings - the queues of the same algorithm in the same cluster
 * @throws InputError
 * @throws BrokerConnectionError if the cluster cannot be asked
 */
export async function checkDeadLetterTopic(options: {
  queue: QueueRecord;
  deadLetterTopic: string;
  /** Of the input, to name in messages. */
  field: string;
  siblings: readonly QueueRecord[];
  admin: BrokerAdmin;
  access: BrokerAccess;
  timeoutMs: number;
  signal: AbortSignal;
}): Promise<void> {
  const { queue, deadLetterTopic, field, siblings, admin, access } = options;
  const { timeoutMs, signal } = options;
  if (
    deadLetterTopic === queue.topic ||
    siblings.some(({ topic }) => topic === deadLetterTopic)
  ) {
    throw new InputError(
      `${field}: ${queue.algorithmRef} has access to ${deadLetterTopic} itself; choose a topic that it does not read`,
    );
  }
  const topic = await admin.topic(access, deadLetterTopic, {
    timeoutMs,
    signal,
  });
  if (!topic) {
    throw new InputError(
      `${field}: the cluster has no topic ${deadLetterTopic}; create it first or choose another one`,
    );
  }
  if (topic.internal) {
    throw new InputError(
      `${field}: ${deadLetterTopic} belongs to Kafka itself; choose another topic`,
    );
  }
}

/**
 * Checks that a queue does not read what another queue of the same algorithm
 * gives up on.
 *
 * @throws InputError
 */
export function checkSourceTopic(
  queue: QueueRecord,
  siblings: readonly QueueRecord[],
): void {
  const feeding = siblings.find(
    ({ id, state, settings }) =>
      id !== queue.id &&
      state === 'enabled' &&
      settings?.deadLetterTopic === queue.topic,
  );
  if (feeding) {
    throw new InputError(
      `${queue.topic} is the dead-letter topic of the queue for ${feeding.topic} of the same algorithm; choose another one there first`,
    );
  }
}
