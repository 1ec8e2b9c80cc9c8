import type { KnownPosition } from '@event-flows/engine';
import type { PositionsStore } from '../queues/PositionsStore';

/**
 * The positions that were kept of the queues that should run, as they were when
 * this replica began to follow the queue: that they move is no change of what
 * is wanted.
 */
export class KnownPositions {
  readonly #store: PositionsStore;
  #known = new Map<string, KnownPosition[]>();

  constructor(store: PositionsStore) {
    this.#store = store;
  }

  /** Reads those of queues that were not followed before, and forgets all but these. */
  async follow(queueIds: readonly string[]): Promise<void> {
    const before = this.#known;
    const found = await this.#store.ofAll(
      queueIds.filter(id => !before.has(id)),
    );
    this.#known = new Map(
      queueIds.map(id => [id, before.get(id) ?? found.get(id) ?? []]),
    );
  }

  /** Of a queue that is followed. */
  of(queueId: string): KnownPosition[] {
    return this.#known.get(queueId) ?? [];
  }
}
