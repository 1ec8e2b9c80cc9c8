import type { Knex } from 'knex';

/** Up to where one partition of a queue is done. */
export interface StoredPosition {
  partition: number;
  /** Offset of the next record, as text: offsets are 64 bits wide. */
  position: string;
}

/** Positions of one queue. */
export interface QueuePositions {
  queueId: string;
  positions: StoredPosition[];
}

/**
 * Keeps the positions of queues beside Kafka, which forgets those of a group
 * that has had no members for a while (a week by default).
 */
export interface PositionsStore {
  of(queueId: string): Promise<StoredPosition[]>;
  /** Those of queues that are gone meanwhile are left out. */
  save(changed: readonly QueuePositions[]): Promise<void>;
}

interface PositionRow {
  queue_id: string;
  partition: number;
  position: string;
}

/** Databases take a bounded number of values in one statement. */
const ROWS_AT_ONCE = 200;

/** {@link PositionsStore} in the plugin's database. */
export class KnexPositionsStore implements PositionsStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async of(queueId: string): Promise<StoredPosition[]> {
    return this.#db<PositionRow>('positions')
      .where({ queue_id: queueId })
      .orderBy('partition')
      .select('partition', 'position');
  }

  async save(changed: readonly QueuePositions[]): Promise<void> {
    const rows = changed.flatMap(({ queueId, positions }) =>
      positions.map(({ partition, position }) => ({
        queue_id: queueId,
        partition,
        position,
      })),
    );
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      await this.#saveSome(rows.slice(at, at + ROWS_AT_ONCE));
    }
  }

  #saveSome(rows: PositionRow[]): Promise<void> {
    return this.#db.transaction(async tx => {
      const ids = new Set(rows.map(row => row.queue_id));
      const query = tx('queues').whereIn('id', [...ids]);
      // SQLite has one writer at a time and no row locks.
      const present: string[] = await (tx.client.config.client === 'pg'
        ? query.forShare().pluck('id')
        : query.pluck('id'));
      const kept = rows.filter(row => present.includes(row.queue_id));
      if (kept.length > 0) {
        await tx<PositionRow>('positions')
          .insert(kept)
          .onConflict(['queue_id', 'partition'])
          .merge();
      }
    });
  }
}
