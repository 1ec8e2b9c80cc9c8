import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { BrokerAdmin } from '@event-flows/engine';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import { groupIdOf } from './consumerGroup';
import type { QueueRecord, QueuesStore } from './QueuesStore';

/** Milliseconds that a cluster gets to answer. */
const TIMEOUT_MS = 5000;

/**
 * Finds out whether a disabled queue has really stopped: Kafka itself knows
 * whether anybody is left in its consumer group.
 */
export class StopConfirmation {
  readonly #store: QueuesStore;
  readonly #access: BrokerAccessReader;
  readonly #admin: BrokerAdmin;
  readonly #now: () => number;
  readonly #logger: LoggerService;

  constructor(options: {
    store: QueuesStore;
    access: BrokerAccessReader;
    admin: BrokerAdmin;
    now: () => number;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#access = options.access;
    this.#admin = options.admin;
    this.#now = options.now;
    this.#logger = options.logger;
  }

  /** Notes that the queue has stopped, if the cluster says so now. */
  async confirm(queue: QueueRecord, signal?: AbortSignal): Promise<void> {
    try {
      const access = await this.#access.get(queue.connection.id);
      const members = await this.#admin.groupMembers(
        access,
        groupIdOf(queue.id),
        { timeoutMs: TIMEOUT_MS, signal },
      );
      if (members === 0) {
        await this.#store.markStopped(
          queue.id,
          queue.revision,
          new Date(this.#now()).toISOString(),
        );
      }
    } catch (error) {
      // It stays unconfirmed, which the queue's status says; asked again later.
      this.#logger.warn(
        `Could not confirm that the queue ${queue.id} has stopped: ${stringifyError(error)}`,
      );
    }
  }

  /** Confirms all queues that are still waiting for it. */
  async confirmAll(signal?: AbortSignal): Promise<void> {
    for (const queue of await this.#store.listStopping()) {
      await this.confirm(queue, signal);
    }
  }
}
