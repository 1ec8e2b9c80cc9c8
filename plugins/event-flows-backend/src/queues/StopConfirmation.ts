import {
  brokerConnectionReasonOf,
  groupIdOf,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { BrokerAdmin } from '@event-flows/engine';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import type { Convergence } from '../reconcile/ConvergenceWatch';
import type { QueueRecord, QueuesStore } from './QueuesStore';

/** Milliseconds that a cluster gets to answer. */
const TIMEOUT_MS = 5000;

/** Clusters asked at a time. */
const CONCURRENCY = 5;

/**
 * Finds out whether a disabled queue has really stopped: no replica has
 * anything of it under way, and Kafka itself knows whether anybody is left in
 * its consumer group. To be asked when all replicas follow its disabling.
 */
export class StopConfirmation {
  readonly #store: QueuesStore;
  readonly #access: BrokerAccessReader;
  readonly #admin: BrokerAdmin;
  readonly #convergence: Convergence;
  readonly #now: () => number;
  readonly #logger: LoggerService;

  constructor(options: {
    store: QueuesStore;
    access: BrokerAccessReader;
    admin: BrokerAdmin;
    convergence: Convergence;
    now: () => number;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#access = options.access;
    this.#admin = options.admin;
    this.#convergence = options.convergence;
    this.#now = options.now;
    this.#logger = options.logger;
  }

  /**
   * Notes that the queue has stopped, if replicas and cluster say so now.
   *
   * @returns whether the cluster answered, where it was asked
   */
  async confirm(queue: QueueRecord, signal?: AbortSignal): Promise<boolean> {
    if (!(await this.#convergence.haveEnded({ queueId: queue.id }))) {
      return true;
    }
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
      return true;
    } catch (error) {
      if (signal?.aborted) {
        return true;
      }
      // It stays unconfirmed, which the queue's status says; asked again later.
      this.#logger.warn(
        `Could not confirm that the queue ${queue.id} has stopped: ${stringifyError(error)}`,
      );
      const reason = brokerConnectionReasonOf(error);
      return reason !== 'timeout' && reason !== 'unreachable';
    }
  }

  /**
   * Confirms all queues that are still waiting for it. Of a cluster that does
   * not answer one is asked about: the others would wait as long, one by one.
   */
  async confirmAll(signal?: AbortSignal): Promise<void> {
    const stopping = await this.#store.listStopping();
    const clusters = [
      ...Map.groupBy(stopping, ({ connection }) => connection.id).values(),
    ];
    const confirmNext = async (): Promise<void> => {
      for (let queues = clusters.pop(); queues; queues = clusters.pop()) {
        for (const queue of queues) {
          if (signal?.aborted || !(await this.confirm(queue, signal))) {
            break;
          }
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, confirmNext));
  }
}
