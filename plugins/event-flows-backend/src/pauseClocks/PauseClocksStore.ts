import type { PauseClock } from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';
import { lockQueues } from '../database/lockQueues';

/** A queue as somebody saw it. */
export interface SeenQueue {
  id: string;
  revision: number;
}

/** Keeps what was found out about queues that stand still, so that a list asks no cluster. */
export interface PauseClocksStore {
  /** By the queue's id; a clock of another revision is left out. */
  of(queues: readonly SeenQueue[]): Promise<Map<string, PauseClock>>;
  /** Ids of queues of which there is a clock of another revision only. */
  outdatedOf(queues: readonly SeenQueue[]): Promise<Set<string>>;
  /** Notes what a look has found; undefined: nothing is lost, and nothing will be. */
  save(queue: SeenQueue, clock: PauseClock | undefined): Promise<void>;
  /** Forgets the clocks of all other queues. */
  keepOnly(queueIds: ReadonlySet<string>): Promise<void>;
}

interface ClockRow {
  queue_id: string;
  revision: number;
  deleted_from: string | null;
  retention_ms: number | string | null;
  deleted: number | string;
  size_limited: boolean | number;
}

/** Databases take a bounded number of values in one statement. */
const ROWS_AT_ONCE = 200;

/** {@link PauseClocksStore} in the plugin's database. */
export class KnexPauseClocksStore implements PauseClocksStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async of(queues: readonly SeenQueue[]): Promise<Map<string, PauseClock>> {
    const revisions = new Map(queues.map(({ id, revision }) => [id, revision]));
    const rows = await this.#rowsOf([...revisions.keys()]);
    return new Map(
      rows
        .filter(row => revisions.get(row.queue_id) === row.revision)
        .map(row => [row.queue_id, toClock(row)]),
    );
  }

  async outdatedOf(queues: readonly SeenQueue[]): Promise<Set<string>> {
    const revisions = new Map(queues.map(({ id, revision }) => [id, revision]));
    const rows = await this.#rowsOf([...revisions.keys()]);
    return new Set(
      rows
        .filter(row => revisions.get(row.queue_id) !== row.revision)
        .map(row => row.queue_id),
    );
  }

  async #rowsOf(ids: readonly string[]): Promise<ClockRow[]> {
    const rows: ClockRow[] = [];
    for (let from = 0; from < ids.length; from += ROWS_AT_ONCE) {
      rows.push(
        ...(await this.#db<ClockRow>('pause_clocks').whereIn(
          'queue_id',
          ids.slice(from, from + ROWS_AT_ONCE),
        )),
      );
    }
    return rows;
  }

  async save(
    { id, revision }: SeenQueue,
    clock: PauseClock | undefined,
  ): Promise<void> {
    if (!clock) {
      await this.#db<ClockRow>('pause_clocks').where({ queue_id: id }).delete();
      return;
    }
    await this.#db.transaction(async tx => {
      // Whoever looked saw it a moment ago; it may be gone, or another one now.
      await lockQueues(tx, [id]);
      if (await tx('queues').where({ id, revision }).first('id')) {
        await tx<ClockRow>('pause_clocks')
          .insert(toRow({ id, revision }, clock))
          .onConflict('queue_id')
          .merge();
      }
    });
  }

  async keepOnly(queueIds: ReadonlySet<string>): Promise<void> {
    const kept: string[] = await this.#db('pause_clocks').pluck('queue_id');
    const gone = kept.filter(id => !queueIds.has(id));
    for (let from = 0; from < gone.length; from += ROWS_AT_ONCE) {
      await this.#db('pause_clocks')
        .whereIn('queue_id', gone.slice(from, from + ROWS_AT_ONCE))
        .delete();
    }
  }
}

function toClock(row: ClockRow): PauseClock {
  return {
    ...(row.deleted_from !== null && { deletedFrom: row.deleted_from }),
    ...(row.retention_ms !== null && { retentionMs: Number(row.retention_ms) }),
    deleted: Number(row.deleted),
    isSizeLimited: Boolean(row.size_limited),
  };
}

function toRow({ id, revision }: SeenQueue, clock: PauseClock): ClockRow {
  return {
    queue_id: id,
    revision,
    deleted_from: clock.deletedFrom ?? null,
    retention_ms: clock.retentionMs ?? null,
    deleted: clock.deleted,
    size_limited: clock.isSizeLimited,
  };
}
