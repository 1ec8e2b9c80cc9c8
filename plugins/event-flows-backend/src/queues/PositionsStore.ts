import type { KnownPosition } from '@event-flows/engine';
import type { Knex } from 'knex';
import { lockQueues } from '../database/lockQueues';

/** What a replica says of a partition. */
export interface ReportedPosition {
  partition: number;
  /** Offset of the next record to be done, as text: offsets are 64 bits wide. */
  position: string;
  /** Records not yet done; absent: not known now. */
  lag?: number;
}

/** Positions of one queue. */
export interface QueuePositions {
  queueId: string;
  positions: ReportedPosition[];
}

/**
 * Keeps the positions of queues beside Kafka, which forgets those of a group
 * that has had no members for a while (a week by default), and the lag, which
 * nobody tells while nothing runs.
 */
export interface PositionsStore {
  of(queueId: string): Promise<KnownPosition[]>;
  /** By queue; those without any are left out. */
  ofAll(queueIds: readonly string[]): Promise<Map<string, KnownPosition[]>>;
  /** Sums over the partitions as they were reported last, where any was. */
  lagsOf(queueIds: readonly string[]): Promise<Map<string, number>>;
  /** Those of queues that are gone meanwhile are left out. */
  save(changed: readonly QueuePositions[], at: string): Promise<void>;
  /**
   * Notes how many records wait at positions that are kept already, of a queue
   * that nobody has changed since it was seen.
   */
  saveLags(
    queue: { id: string; revision: number },
    lags: ReadonlyMap<number, number>,
  ): Promise<void>;
}

interface PositionRow {
  queue_id: string;
  partition: number;
  position: string;
  saved_at: string;
  lag: number | string | null;
}

/** Databases take a bounded number of values in one statement. */
const ROWS_AT_ONCE = 200;

/** {@link PositionsStore} in the plugin's database. */
export class KnexPositionsStore implements PositionsStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async of(queueId: string): Promise<KnownPosition[]> {
    return this.#db<PositionRow>('positions')
      .where({ queue_id: queueId })
      .orderBy('partition')
      .select('partition', 'position', 'saved_at as at');
  }

  async ofAll(
    queueIds: readonly string[],
  ): Promise<Map<string, KnownPosition[]>> {
    const known = new Map<string, KnownPosition[]>();
    for (let from = 0; from < queueIds.length; from += ROWS_AT_ONCE) {
      const rows = await this.#db<PositionRow>('positions')
        .whereIn('queue_id', queueIds.slice(from, from + ROWS_AT_ONCE))
        .orderBy('partition');
      for (const { queue_id: queueId, partition, position, saved_at } of rows) {
        const positions = known.get(queueId) ?? [];
        known.set(queueId, positions);
        positions.push({ partition, position, at: saved_at });
      }
    }
    return known;
  }

  async lagsOf(queueIds: readonly string[]): Promise<Map<string, number>> {
    const lags = new Map<string, number>();
    for (let at = 0; at < queueIds.length; at += ROWS_AT_ONCE) {
      const rows = await this.#db<PositionRow>('positions')
        .whereIn('queue_id', queueIds.slice(at, at + ROWS_AT_ONCE))
        .whereNotNull('lag')
        .groupBy('queue_id')
        .select('queue_id')
        .sum({ lag: 'lag' });
      for (const row of rows) {
        lags.set(row.queue_id, Number(row.lag));
      }
    }
    return lags;
  }

  async save(changed: readonly QueuePositions[], at: string): Promise<void> {
    const rows = changed.flatMap(({ queueId, positions }) =>
      positions.map(({ partition, position, lag }) => ({
        queue_id: queueId,
        partition,
        position,
        saved_at: at,
        lag: lag ?? null,
      })),
    );
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      await this.#saveSome(rows.slice(from, from + ROWS_AT_ONCE));
    }
  }

  async saveLags(
    { id, revision }: { id: string; revision: number },
    lags: ReadonlyMap<number, number>,
  ): Promise<void> {
    await this.#db.transaction(async tx => {
      await lockQueues(tx, [id]);
      if (!(await tx('queues').where({ id, revision }).first('id'))) {
        return;
      }
      const kept = await tx<PositionRow>('positions')
        .where({ queue_id: id })
        .select('partition', 'lag');
      for (const { partition, lag: before } of kept) {
        const lag = lags.get(partition);
        if (lag !== undefined && (before === null || Number(before) !== lag)) {
          await tx<PositionRow>('positions')
            .where({ queue_id: id, partition })
            .update({ lag });
        }
      }
    });
  }

  #saveSome(rows: PositionRow[]): Promise<void> {
    return this.#db.transaction(async tx => {
      const ids = new Set(rows.map(row => row.queue_id));
      const query = tx('queues')
        .whereIn('id', [...ids])
        .orderBy('id');
      // SQLite has one writer at a time and no row locks.
      const present: string[] = await (tx.client.config.client === 'pg'
        ? query.forShare().pluck('id')
        : query.pluck('id'));
      const kept = rows.filter(row => present.includes(row.queue_id));
      if (kept.length > 0) {
        await tx<PositionRow>('positions')
          .insert(kept)
          .onConflict(['queue_id', 'partition'])
          .merge({
            position: tx.raw('excluded.position'),
            saved_at: tx.raw('excluded.saved_at'),
            // A new owner does not know it at once.
            lag: tx.raw('coalesce(excluded.lag, positions.lag)'),
          });
      }
    });
  }
}
