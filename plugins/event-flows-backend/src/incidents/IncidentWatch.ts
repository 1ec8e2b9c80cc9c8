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

/** How often the portal is asked to take a notification. */
const MAX_TRIES = 3;

/** Looks at all queues and tells owners what theirs need them for: once for each incident. */
export class IncidentWatch {
  readonly #queues: QueuesStore;
  readonly #board: StatusReader;
  readonly #clocks: PauseClockReader;
  readonly #store: IncidentsStore;
  readonly #notifier: OwnerNotifier;
  readonly #now: () => number;
  /** Of those whose owner could not be told, by the queue's id. */
  readonly #tries = new Map<string, number>();

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
    const isChanged =
      !isDeepStrictEqual(before, next) &&
      (await this.#store.replace(queue.id, before, next));
    if (!isChanged || !tell) {
      return;
    }
    const isTold = await this.#notifier.tellIncident(queue, tell, {
      ...status,
      clock,
    });
    if (isTold) {
      this.#tries.delete(queue.id);
    } else if (this.#mayTryAgain(queue.id)) {
      // As if it had not been told, so that the next look does it.
      await this.#store.replace(
        queue.id,
        next,
        next ? { ...next, toldKind: before?.toldKind } : before,
      );
    }
  }

  /** A portal without the notifications plugin would be asked for ever. */
  #mayTryAgain(queueId: string): boolean {
    const tries = (this.#tries.get(queueId) ?? 0) + 1;
    this.#tries.set(queueId, tries % MAX_TRIES);
    return tries < MAX_TRIES;
  }
}

/** Whoever disables a queue knows what was wrong with it, but not what it loses. */
function isKnownToOwner(
  { state }: QueueRecord,
  before: Incident | undefined,
): boolean {
  return state === 'disabled' && before?.kind !== 'expiring';
}
