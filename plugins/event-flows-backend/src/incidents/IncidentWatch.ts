import { isDeepStrictEqual } from 'node:util';
import type { QueueStatus } from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueRecord, QueuesStore } from '../queues/QueuesStore';
import type { StatusReader } from '../reconcile/StatusBoard';
import { stepIncident, troubleOf, type Incident } from './incident';
import type { IncidentsStore } from './IncidentsStore';
import type { OwnerNotifier } from './OwnerNotifier';

/** Looks at all queues and tells owners what theirs need them for: once for each incident. */
export class IncidentWatch {
  readonly #queues: QueuesStore;
  readonly #board: StatusReader;
  readonly #store: IncidentsStore;
  readonly #notifier: OwnerNotifier;
  readonly #now: () => number;

  constructor(options: {
    queues: QueuesStore;
    board: StatusReader;
    store: IncidentsStore;
    notifier: OwnerNotifier;
    now: () => number;
  }) {
    this.#queues = options.queues;
    this.#board = options.board;
    this.#store = options.store;
    this.#notifier = options.notifier;
    this.#now = options.now;
  }

  /** One look. Every replica may take it: what is told is told by one. */
  async run(signal?: AbortSignal): Promise<void> {
    const incidents = await this.#store.list();
    const queues = (await this.#queues.list()).filter(
      ({ id, state }) => state === 'enabled' || incidents.has(id),
    );
    const statuses = await this.#board.statusOf(queues);
    for (const queue of queues) {
      const status = statuses.get(queue.id);
      if (signal?.aborted) {
        return;
      }
      if (status) {
        await this.#look(queue, status, incidents.get(queue.id));
      }
    }
  }

  async #look(
    queue: QueueRecord,
    status: QueueStatus,
    before: Incident | undefined,
  ): Promise<void> {
    const trouble = troubleOf(queue, status);
    const { next, tell } =
      queue.state === 'enabled'
        ? stepIncident(before, trouble, this.#now())
        : // Whoever disabled it knows.
          { next: undefined, tell: undefined };
    if (
      !isDeepStrictEqual(before, next) &&
      (await this.#store.replace(queue.id, before, next)) &&
      tell
    ) {
      this.#notifier.tellIncident(queue, tell, status);
    }
  }
}
