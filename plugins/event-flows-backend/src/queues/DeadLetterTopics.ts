import { InputError } from '@backstage/errors';
import { eventFlowsAccessUpdatePermission } from '@event-flows/backstage-plugin-event-flows-common';
import type { PublishersStore } from '../access/PublishersStore';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import { CLUSTER_TIMEOUT_MS } from '../connections/clusterTimeout';
import type { LimitedAdmin } from '../connections/LimitedAdmin';
import type { Authorizer } from '../permissions/Authorizer';
import type { Caller } from '../permissions/Caller';
import type { QueueRecord, QueuesStore } from './QueuesStore';

/** Knows where undeliverable records may go. */
export class DeadLetterTopics {
  readonly #queues: QueuesStore;
  readonly #publishers: PublishersStore;
  readonly #authorizer: Authorizer;
  readonly #access: BrokerAccessReader;
  readonly #admin: LimitedAdmin;

  constructor(options: {
    queues: QueuesStore;
    publishers: PublishersStore;
    authorizer: Authorizer;
    access: BrokerAccessReader;
    admin: LimitedAdmin;
  }) {
    this.#queues = options.queues;
    this.#publishers = options.publishers;
    this.#authorizer = options.authorizer;
    this.#access = options.access;
    this.#admin = options.admin;
  }

  /**
   * Checks that undeliverable records have a place to go which the same
   * algorithm does not read: else they would come back to it for ever. Nor may
   * it be one that other algorithms have access to, unless whoever gives access
   * says so: an owner could write what they like into what others read.
   *
   * @param field - of the input, to name in messages
   * @throws InputError
   * @throws BrokerConnectionError if the cluster cannot be asked
   */
  async check(
    caller: Caller,
    queue: QueueRecord,
    { deadLetterTopic, field }: { deadLetterTopic: string; field: string },
  ): Promise<void> {
    const { connection, algorithmRef } = queue;
    const readers = await this.#queues.list({
      ...{ clusterOf: connection.id, topic: deadLetterTopic },
    });
    if (
      deadLetterTopic === queue.topic ||
      readers.some(reader => reader.algorithmRef === algorithmRef)
    ) {
      throw new InputError(
        `${field}: ${algorithmRef} has access to ${deadLetterTopic} itself; choose a topic that it does not read`,
      );
    }
    // What was chosen before stays, whoever saves something else.
    if (deadLetterTopic !== queue.settings?.deadLetterTopic) {
      await this.#assertNotOthers(caller, queue, {
        ...{ deadLetterTopic, field, isRead: readers.length > 0 },
      });
    }
    const topic = await this.#admin
      .for(caller)
      .topic(await this.#access.get(connection.id), deadLetterTopic, {
        ...{ timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal },
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

  async #assertNotOthers(
    caller: Caller,
    { connection }: QueueRecord,
    options: { deadLetterTopic: string; field: string; isRead: boolean },
  ): Promise<void> {
    const { deadLetterTopic, field, isRead } = options;
    const isUsed =
      isRead ||
      (
        await this.#publishers.list({
          ...{ clusterOf: connection.id, topic: deadLetterTopic },
        })
      ).length > 0;
    const permission = eventFlowsAccessUpdatePermission;
    const allowed =
      isUsed &&
      (await this.#authorizer.filterPermissions(caller.credentials, [
        permission,
      ]));
    if (allowed && !allowed.has(permission.name)) {
      throw new InputError(
        `${field}: algorithms have access to ${deadLetterTopic}; choose a topic that is for dead letters alone, or ask an administrator to choose this one`,
      );
    }
  }
}

/**
 * Checks that a queue does not read what another queue of the same algorithm
 * gives up on.
 *
 * @param siblings - the queues of the same algorithm in the same cluster
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
