import { isDeepStrictEqual } from 'node:util';
import type {
  PauseClock,
  QueueStatus,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { PauseClockReader } from '../pauseClocks/PauseClockReader';
import type { QueueRecord, QueuesStore } from '../queues/QueuesStore';
import type { StatusReader } from '../reconcile/StatusBoard';
import { stepIncident, troubleOf, type Incident } from './incident';
import type { IncidentsStore } from './IncidentsStore';
import type { OwnerNotifier } from './OwnerNotifier';

/** Looks at all queues and tells owners what theirs need them for: once for each incident. */
export class IncidentWatch {
  readonly #queues: QueuesStore;
  readonly #board: StatusReader;
  readonly #clocks: PauseClockReader;
  readonly #store: IncidentsStore;
  readonly #notifier: OwnerNotifier;
  readonly #now: () => number;

  constructor(options: {
    queues: QueuesStore;
    board: StatusReader;
    clocks: PauseClockReader;
    store: IncidentsStore;
    notifier: OwnerNotifier;
    now: () => number;
  }) {
    this.#queues = options.queues;
    this.#board = options.board;
    this.#clocks = options.clocks;
    this.#store = options.store;
    this.#notifier = options.notifier;
    this.#now = options.now;
  }

  /** One look. Every replica may take it: what is told is told by one. */
  async run(signal?: AbortSignal): Promise<void> {
    const incidents = await this.#store.list();
    const all = await this.#queues.list();
    const statuses = await this.#board.statusOf(all);
    const clocks = await this.#clocks.clocksOf(all, statuses);
    const outdated = await this.#clocks.outdatedOf(all, statuses);
    const queues = all.filter(
      ({ id, state }) =>
        state === 'enabled' || incidents.has(id) || clocks.has(id),
    );
    for (const queue of queues) {
      const status = statuses.get(queue.id);
      if (signal?.aborted) {
        return;
      }
      if (status) {
        await this.#look(queue, {
          ...{ status, clock: clocks.get(queue.id) },
          isClockKnown: !outdated.has(queue.id),
          before: incidents.get(queue.id),
        });
      }
    }
  }

  async #look(
    queue: QueueRecord,
    seen: {
      status: QueueStatus;
      clock: PauseClock | undefined;
      isClockKnown: boolean;
      before: Incident | undefined;
    },
  ): Promise<void> {
    const { status, clock, isClockKnown, before } = seen;
    // Changing a queue does not stop what its topic deletes.
    const trouble =
      before?.kind === 'expiring' && !isClockKnown
        ? 'unknown'
        : troubleOf(queue, status, clock, this.#now());
    const { next, tell } = stepIncident(
      isKnownToOwner(queue, before) ? undefined : before,
      trouble,
      this.#now(),
    );
    if (
      !isDeepStrictEqual(before, next) &&
      (await this.#store.replace(queue.id, before, next)) &&
      tell
    ) {
      this.#notifier.tellIncident(queue, tell, { ...status, clock });
    }
  }
}

/** Whoever disables a queue knows what was wrong with it, but not what it loses. */
function isKnownToOwner(
  { state }: QueueRecord,
  before: Incident | undefined,
): boolean {
  return state === 'disabled' && before?.kind !== 'expiring';
}
