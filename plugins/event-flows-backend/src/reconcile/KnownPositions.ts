import type { KnownPosition } from '@event-flows/engine';
import type { PositionsStore } from '../queues/PositionsStore';

/** Positions as they were when this replica began to follow the queue as it is. */
interface Known {
  revision: number;
  positions: KnownPosition[];
}

/**
 * The positions that were kept of the queues that should run, as they were when
 * the queue was changed last, or this replica began to follow it: that they
 * move is no change of what is wanted.
 */
export class KnownPositions {
  readonly #store: PositionsStore;
  #known = new Map<string, Known>();

  constructor(store: PositionsStore) {
    this.#store = store;
  }

  /** Reads those of queues that were not followed as they are, and forgets all but these. */
  async follow(
    queues: ReadonlyArray<{ id: string; revision: number }>,
  ): Promise<void> {
    const before = new Map(
      queues.flatMap(({ id, revision }) => {
        const known = this.#known.get(id);
        return known?.revision === revision ? [[id, known] as const] : [];
      }),
    );
    const found = await this.#store.ofAll(
      queues.map(({ id }) => id).filter(id => !before.has(id)),
    );
    this.#known = new Map(
      queues.map(({ id, revision }) => [
        id,
        before.get(id) ?? { revision, positions: found.get(id) ?? [] },
      ]),
    );
  }

  /** Of a queue that is followed. */
  of(queueId: string): KnownPosition[] {
    return this.#known.get(queueId)?.positions ?? [];
  }
}
