import type { Knex } from 'knex';

/**
 * Locks the rows of these queues until the transaction ends. Whoever changes
 * them together with what belongs to them does this first: in one order for
 * all, so that no two transactions wait for each other.
 */
export async function lockQueues(
  tx: Knex.Transaction,
  ids: readonly string[],
): Promise<void> {
  // SQLite has one writer at a time and no row locks.
  if (tx.client.config.client === 'pg' && ids.length > 0) {
    await tx('queues')
      .whereIn('id', [...ids])
      .orderBy('id')
      .forUpdate()
      .pluck('id');
  }
}
