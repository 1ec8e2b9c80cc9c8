import type { QueueReport } from '@event-flows/engine';
import type {
  PositionsStore,
  ReportedPosition,
} from '../queues/PositionsStore';

type Positions = Map<number, ReportedPosition>;

/** Stores positions and lags that a replica reports, each when it has changed. */
export class PositionKeeper {
  readonly #store: PositionsStore;
  /** By queue and partition. */
  #unsaved = new Map<string, Positions>();
  #saved = new Map<string, Positions>();

  constructor(store: PositionsStore) {
    this.#store = store;
  }

  /** Takes over what a report says; stored with the next `save`. */
  note({ queueId, partitions }: QueueReport): void {
    const unsaved: Positions = this.#unsaved.get(queueId) ?? new Map();
    const saved = this.#saved.get(queueId);
    for (const { partition, position, lag } of partitions) {
      if (position !== undefined) {
        const known = saved?.get(partition);
        if (known?.position !== position || known.lag !== lag) {
          unsaved.set(partition, { partition, position, lag });
        }
      }
    }
    if (unsaved.size > 0) {
      this.#unsaved.set(queueId, unsaved);
    }
  }

  /** What cannot be stored now is stored by the next call. */
  async save(at: string): Promise<void> {
    const unsaved = this.#unsaved;
    await this.#store.save(
      [...unsaved].map(([queueId, positions]) => ({
        queueId,
        positions: [...positions.values()],
      })),
      at,
    );
    for (const [queueId, positions] of unsaved) {
      this.#saved.set(
        queueId,
        new Map([...(this.#saved.get(queueId) ?? []), ...positions]),
      );
    }
    this.#unsaved = new Map();
  }

  /** Remembers nothing of queues but these. */
  retain(queueIds: ReadonlySet<string>): void {
    this.#saved = new Map(
      [...this.#saved].filter(([queueId]) => queueIds.has(queueId)),
    );
  }
}
