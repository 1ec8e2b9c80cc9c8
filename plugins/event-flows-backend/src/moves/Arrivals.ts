import type { QueueStatus } from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueRecord, QueuesStore } from '../queues/QueuesStore';
import type { Convergence } from '../reconcile/ConvergenceWatch';
import type { StatusReader } from '../reconcile/StatusBoard';
import type { OpenMovesStore } from './OpenMovesStore';

/**
 * Finds out, whoever watches, whether queues that were moved run where they
 * went, and closes these moves.
 */
export class Arrivals {
  readonly #moves: OpenMovesStore;
  readonly #queues: QueuesStore;
  readonly #board: StatusReader;
  readonly #convergence: Convergence;

  constructor(options: {
    moves: OpenMovesStore;
    queues: QueuesStore;
    board: StatusReader;
    convergence: Convergence;
  }) {
    this.#moves = options.moves;
    this.#queues = options.queues;
    this.#board = options.board;
    this.#convergence = options.convergence;
  }

  async run(): Promise<void> {
    for (const move of await this.#moves.list()) {
      // First: a replica that has not heard of the move reports of the old run.
      if (await this.#convergence.hasApplied(move.revision)) {
        const queue = await this.#queues.get(move.queueId);
        const statuses = queue && (await this.#board.statusOf([queue]));
        if (queue && hasArrived(queue, statuses?.get(queue.id))) {
          await this.#moves.close(move);
        }
      }
    }
  }
}

/**
 * Whether a queue is seen to read where it is, by what the replicas report. What
 * its endpoint makes of it does not matter.
 */
export function hasArrived(
  { state }: Pick<QueueRecord, 'state'>,
  status: Pick<QueueStatus, 'phase' | 'replicas' | 'partitions'> | undefined,
): boolean {
  if (state !== 'enabled' || !status || status.replicas === 0) {
    return false;
  }
  switch (status.phase) {
    case 'starting':
    case 'failed':
    case 'stopped':
      return false;
    case 'paused':
      // It is so for its endpoint's sake, also before it has joined its group.
      return (status.partitions ?? []).length > 0;
    default:
      return true;
  }
}
