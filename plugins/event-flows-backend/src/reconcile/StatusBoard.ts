import type { QueueStatus } from '@event-flows/backstage-plugin-event-flows-common';
import type { PositionsStore } from '../queues/PositionsStore';
import type { QueueRecord } from '../queues/QueuesStore';
import { isLagKnown, queueStatus } from './queueStatus';
import type { ReplicasStore } from './ReplicasStore';

/**
 * Milliseconds without a sign of life after which a replica counts as dead.
 * The clocks of the replicas must agree better than this.
 */
export const REPLICA_DEAD_AFTER_MS = 15_000;

/** Reads what the replicas report. */
export interface StatusReader {
  /** The status of each of these queues. */
  statusOf(queues: readonly QueueRecord[]): Promise<Map<string, QueueStatus>>;
}

/** {@link StatusReader} over the database that the replicas report to. */
export class StatusBoard implements StatusReader {
  readonly #store: ReplicasStore;
  readonly #positions: PositionsStore;
  readonly #stalledAfterMs: number;
  readonly #now: () => number;

  constructor(options: {
    store: ReplicasStore;
    positions: PositionsStore;
    /** Milliseconds without a delivery after which a queue is said to be stalled. */
    stalledAfterMs: number;
    now: () => number;
  }) {
    this.#store = options.store;
    this.#positions = options.positions;
    this.#stalledAfterMs = options.stalledAfterMs;
    this.#now = options.now;
  }

  async statusOf(
    queues: readonly QueueRecord[],
  ): Promise<Map<string, QueueStatus>> {
    const since = liveSince(this.#now());
    const [replicas, reports] = await Promise.all([
      this.#store.listLive(since),
      this.#store.reportsOf(
        queues.map(({ id }) => id),
        since,
      ),
    ]);
    const lastLags = await this.#positions.lagsOf(
      queues
        .filter(({ id }) => !isLagKnown(reports.get(id) ?? []))
        .map(({ id }) => id),
    );
    const stalledBefore = iso(this.#now() - this.#stalledAfterMs);
    return new Map(
      queues.map(queue => [
        queue.id,
        queueStatus(queue, reports.get(queue.id) ?? [], {
          consumers: replicas.length,
          lastLag: lastLags.get(queue.id),
          stalledBefore,
        }),
      ]),
    );
  }
}

/** The moment since which a replica must have given a sign of life. */
export function liveSince(now: number): string {
  return iso(now - REPLICA_DEAD_AFTER_MS);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
