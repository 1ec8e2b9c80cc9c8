import type {
  PauseClock,
  QueueStatus,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueRecord } from '../queues/QueuesStore';
import type { PauseClocksStore } from './PauseClocksStore';
import { standsStill } from './standsStill';

/** Reads what was found out about queues that stand still. */
export interface PauseClockReader {
  /** Of those that still do; by the queue's id. */
  clocksOf(
    queues: readonly QueueRecord[],
    statuses: ReadonlyMap<string, Pick<QueueStatus, 'phase' | 'stalledSince'>>,
  ): Promise<Map<string, PauseClock>>;
  /**
   * Ids of those that still do and were changed since somebody looked: nobody
   * knows what they lose now.
   */
  outdatedOf(
    queues: readonly QueueRecord[],
    statuses: ReadonlyMap<string, Pick<QueueStatus, 'phase' | 'stalledSince'>>,
  ): Promise<Set<string>>;
}

/** {@link PauseClockReader} over what the watch has stored. */
export class StoredPauseClocks implements PauseClockReader {
  readonly #store: PauseClocksStore;

  constructor(store: PauseClocksStore) {
    this.#store = store;
  }

  async clocksOf(
    queues: readonly QueueRecord[],
    statuses: ReadonlyMap<string, Pick<QueueStatus, 'phase' | 'stalledSince'>>,
  ): Promise<Map<string, PauseClock>> {
    return this.#store.of(
      queues.filter(queue => standsStill(queue, statuses.get(queue.id))),
    );
  }

  async outdatedOf(
    queues: readonly QueueRecord[],
    statuses: ReadonlyMap<string, Pick<QueueStatus, 'phase' | 'stalledSince'>>,
  ): Promise<Set<string>> {
    return this.#store.outdatedOf(
      queues.filter(queue => standsStill(queue, statuses.get(queue.id))),
    );
  }
}
