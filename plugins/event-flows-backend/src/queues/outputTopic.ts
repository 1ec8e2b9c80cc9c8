import { InputError } from '@backstage/errors';
import type { QueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerAccess, BrokerAdmin } from '@event-flows/engine';
import type { PublishersStore } from '../access/PublishersStore';
import { isRecreated } from '../catalog/pins';
import type { QueueRecord } from './QueuesStore';

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
  const { algorithmRef, algorithmUid } = queue;
  const [publisher] = await publishers.list({
    ...{ connectionId: queue.connection.id, topic: outputTopic },
    algorithmRefs: [algorithmRef],
  });
  if (!publisher || isRecreated(publisher, algorithmUid)) {
    throw new InputError(
      `settings.outputTopic: ${algorithmRef} may not publish to ${outputTopic}; an administrator can give it access as a publisher`,
    );
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
