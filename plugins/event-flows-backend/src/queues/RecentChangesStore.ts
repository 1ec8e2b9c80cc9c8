import type {
  Change,
  RecentChange,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';
import { lockQueues } from '../database/lockQueues';

/** Changes that are kept of each queue. */
const KEPT = 50;

/** A change to be kept. */
export interface NewChange {
  by: string;
  at: string;
  change: Change;
}

/** Keeps what people changed about queues lately. */
export interface RecentChangesStore {
  /** The latest first. */
  listOf(queueId: string): Promise<RecentChange[]>;
  /** For what is changed elsewhere than in the database. */
  add(queueId: string, change: NewChange): Promise<void>;
}

interface ChangeRow {
  id: number | string;
  queue_id: string;
  changed_at: string;
  changed_by: string;
  change: string;
}

/** {@link RecentChangesStore} in the plugin's database. */
export class KnexRecentChangesStore implements RecentChangesStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async listOf(queueId: string): Promise<RecentChange[]> {
    const rows = await this.#db<ChangeRow>('queue_changes')
      .where({ queue_id: queueId })
      .orderBy('id', 'desc')
      .limit(KEPT);
    return rows.map(row => ({
      id: String(row.id),
      at: row.changed_at,
      by: row.changed_by,
      change: JSON.parse(row.change),
    }));
  }

  async add(queueId: string, change: NewChange): Promise<void> {
    await this.#db.transaction(tx => recordChange(tx, [queueId], change));
  }
}

/** Notes a change of queues inside the transaction that makes it. */
export async function recordChange(
  tx: Knex.Transaction,
  queueIds: readonly string[],
  { by, at, change }: NewChange,
): Promise<void> {
  // Else two of them could wait for each other's rows while they tidy up.
  await lockQueues(tx, queueIds);
  for (const queueId of queueIds) {
    await tx('queue_changes').insert({
      ...{ queue_id: queueId, changed_at: at, changed_by: by },
      change: JSON.stringify(change),
    });
    const kept = tx('queue_changes')
      .where({ queue_id: queueId })
      .orderBy('id', 'desc')
      .limit(KEPT)
      .select('id');
    await tx('queue_changes')
      .where({ queue_id: queueId })
      .whereNotIn('id', kept)
      .delete();
  }
}
