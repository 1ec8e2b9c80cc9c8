import { InputError } from '@backstage/errors';
import type { QueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerAccess, BrokerAdmin } from '@event-flows/engine';
import type { PublishersStore } from '../access/PublishersStore';
import { isRecreated } from '../catalog/pins';
import type { QueueRecord } from './QueuesStore';

/**
 * Why the algorithm may not publish to the topic; undefined: it may.
 *
 * @param queue - one of its queues
 */
export async function publishingProblem(
  publishers: PublishersStore,
  { connection, algorithmRef, algorithmUid }: QueueRecord,
  topic: string,
): Promise<string | undefined> {
  const [publisher] = await publishers.list({
    ...{ connectionId: connection.id, topic },
    algorithmRefs: [algorithmRef],
  });
  return !publisher || isRecreated(publisher, algorithmUid)
    ? `${algorithmRef} may not publish to ${topic}; an administrator can give it access as a publisher`
    : undefined;
}

/**
 * Checks that the algorithm may publish to the topic, and that there is one.
 *
 * @throws InputError
 * @throws BrokerConnectionError if the cluster cannot be asked
 */
export async function checkOutputTopic(options: {
  queue: QueueRecord;
  settings: QueueSettings;
  outputTopic: string;
  publishers: PublishersStore;
  admin: BrokerAdmin;
  access: BrokerAccess;
  timeoutMs: number;
  signal: AbortSignal;
}): Promise<void> {
  const { queue, settings, outputTopic, publishers } = options;
  const { admin, access, timeoutMs, signal } = options;
  const problem = await publishingProblem(publishers, queue, outputTopic);
  if (problem !== undefined) {
    throw new InputError(`settings.outputTopic: ${problem}`);
  }
  if (outputTopic === settings.deadLetterTopic) {
    throw new InputError(
      `settings.outputTopic: ${outputTopic} is the dead-letter topic; choose another one`,
    );
  }
  const topic = await admin.topic(access, outputTopic, { timeoutMs, signal });
  if (!topic || topic.internal) {
    throw new InputError(
      topic
        ? `settings.outputTopic: ${outputTopic} belongs to Kafka itself; choose another topic`
        : `settings.outputTopic: the cluster has no topic ${outputTopic}; create it first or choose another one`,
    );
  }
}
