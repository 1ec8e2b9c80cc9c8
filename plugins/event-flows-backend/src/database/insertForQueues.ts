import type { Knex } from 'knex';

/** Databases take a bounded number of values in one statement. */
export const ROWS_AT_ONCE = 100;

/**
 * Inserts rows that belong to queues, in transactions of their own. Rows of
 * queues that are gone meanwhile are left out: they would fail all the others.
 *
 * @param insert - of rows whose queues cannot go until the transaction ends
 */
export async function insertForQueues<Row extends { queue_id: string }>(
  db: Knex,
  rows: readonly Row[],
  insert: (tx: Knex.Transaction, rows: Row[]) => PromiseLike<unknown>,
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const some = rows.slice(from, from + ROWS_AT_ONCE);
    await db.transaction(async tx => {
      const ids = [...new Set(some.map(row => row.queue_id))].sort();
      const query = tx('queues').whereIn('id', ids).orderBy('id');
      // SQLite has one writer at a time and no row locks.
      const present = new Set<string>(
        await (tx.client.config.client === 'pg'
          ? query.forShare().pluck('id')
          : query.pluck('id')),
      );
      const kept = some.filter(row => present.has(row.queue_id));
      if (kept.length > 0) {
        await insert(tx, kept);
      }
    });
  }
}
