import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  brokerConnectionReasonOf,
  groupIdOf,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerAdmin } from '@event-flows/engine';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import type { PositionsStore } from '../queues/PositionsStore';
import type { QueueRecord, QueuesStore } from '../queues/QueuesStore';
import type { StatusReader } from '../reconcile/StatusBoard';
import { SecretUnreadableError } from '../secrets/SecretBox';
import { pauseClockOf } from './pauseClockOf';
import type { PauseClocksStore } from './PauseClocksStore';
import { standsStill } from './standsStill';

/** Milliseconds that a cluster gets for each answer. */
const CLUSTER_TIMEOUT_MS = 10_000;

/** Queues looked at in one run; where more stand still, each has its turn later. */
const MAX_LOOKS = 200;

/** Clusters asked at a time; each is asked about one queue after another. */
const CONCURRENCY = 5;

/**
 * Finds out when topics delete what queues that stand still have not read, and
 * of disabled ones, how much that is.
 */
export class PauseClockWatch {
  readonly #queues: QueuesStore;
  readonly #board: StatusReader;
  readonly #store: PauseClocksStore;
  readonly #positions: PositionsStore;
  readonly #access: BrokerAccessReader;
  readonly #admin: BrokerAdmin;
  readonly #logger: LoggerService;
  /** Those looked at last, at the end: whoever looks next begins with the others. */
  readonly #seen = new Set<string>();

  constructor(options: {
    queues: QueuesStore;
    board: StatusReader;
    store: PauseClocksStore;
    positions: PositionsStore;
    access: BrokerAccessReader;
    admin: BrokerAdmin;
    logger: LoggerService;
  }) {
    this.#queues = options.queues;
    this.#board = options.board;
    this.#store = options.store;
    this.#positions = options.positions;
    this.#access = options.access;
    this.#admin = options.admin;
    this.#logger = options.logger;
  }

  /** One look at those that have waited for it longest. */
  async run(signal?: AbortSignal): Promise<void> {
    const queues = await this.#queues.list();
    const statuses = await this.#board.statusOf(queues);
    const still = queues.filter(queue =>
      standsStill(queue, statuses.get(queue.id)),
    );
    await this.#store.keepOnly(new Set(still.map(({ id }) => id)));
    const clusters = [
      ...Map.groupBy(this.#next(still), ({ connection }) => connection.id),
    ];
    const lookNext = async (): Promise<void> => {
      for (
        let cluster = clusters.pop();
        cluster && !signal?.aborted;
        cluster = clusters.pop()
      ) {
        await this.#lookAt(...cluster, signal);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, lookNext));
  }

  /** Whose turn it is. */
  #next(still: readonly QueueRecord[]): QueueRecord[] {
    const queues = new Map(still.map(queue => [queue.id, queue]));
    for (const id of this.#seen) {
      const queue = queues.get(id);
      queues.delete(id);
      if (queue) {
        queues.set(id, queue);
      } else {
        this.#seen.delete(id);
      }
    }
    const next = [...queues.values()].slice(0, MAX_LOOKS);
    for (const { id } of next) {
      this.#seen.delete(id);
      this.#seen.add(id);
    }
    return next;
  }

  async #lookAt(
    connectionId: string,
    queues: readonly QueueRecord[],
    signal?: AbortSignal,
  ): Promise<void> {
    for (const queue of queues) {
      try {
        await this.#look(queue, signal);
      } catch (error) {
        if (signal?.aborted) {
          return;
        }
        // What was found before goes on being true. That a cluster does not
        // answer is shown at the connection.
        const reason = brokerConnectionReasonOf(error);
        if (!reason && !(error instanceof SecretUnreadableError)) {
          this.#logger.warn(
            `Failed to see what ${queue.topic} of the connection ${connectionId} keeps for the queue ${queue.id}: ${stringifyError(error)}`,
          );
        }
        if (reason === 'timeout' || reason === 'unreachable') {
          return;
        }
      }
    }
  }

  async #look(queue: QueueRecord, signal?: AbortSignal): Promise<void> {
    const unread = await this.#admin.unread(
      await this.#access.get(queue.connection.id),
      {
        groupId: groupIdOf(queue.id),
        topic: queue.topic,
        known: await this.#positions.of(queue.id),
      },
      { signal, timeoutMs: CLUSTER_TIMEOUT_MS },
    );
    await this.#store.save(queue, unread && pauseClockOf(unread));
    if (unread && queue.state === 'disabled') {
      // No replica reports it; of one that is enabled they do.
      await this.#positions.saveLags(
        queue,
        new Map(
          unread.partitions.map(({ partition, records }) => [
            partition,
            records,
          ]),
        ),
      );
    }
  }
}
