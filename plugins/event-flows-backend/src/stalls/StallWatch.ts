import type { QueuesStore } from '../queues/QueuesStore';
import type { StatusReader } from '../reconcile/StatusBoard';
import { stallOf } from './stallOf';
import type { StallsStore } from './StallsStore';

/** Looks at all queues and notes since when which of them deliver nothing although they should. */
export class StallWatch {
  readonly #queues: QueuesStore;
  readonly #board: StatusReader;
  readonly #store: StallsStore;
  readonly #now: () => number;

  constructor(options: {
    queues: QueuesStore;
    board: StatusReader;
    store: StallsStore;
    now: () => number;
  }) {
    this.#queues = options.queues;
    this.#board = options.board;
    this.#store = options.store;
    this.#now = options.now;
  }

  /** One look. */
  async run(signal?: AbortSignal): Promise<void> {
    const queues = await this.#queues.list();
    const statuses = await this.#board.statusOf(queues);
    const at = new Date(this.#now()).toISOString();
    for (const queue of queues) {
      const status = statuses.get(queue.id);
      if (signal?.aborted) {
        return;
      }
      if (status) {
        const stalledSince = stallOf(queue, status, at);
        if (stalledSince !== queue.stalledSince) {
          await this.#store.save(queue, stalledSince);
        }
      }
    }
  }
}
