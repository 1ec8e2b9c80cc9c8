import type { Knex } from 'knex';

/**
 * Sees to it that a connection stays until the transaction ends: a deletion
 * waits for it, or it sees the deletion.
 *
 * @returns whether there is one that is not being deleted
 */
export async function lockConnection(
  tx: Knex.Transaction,
  id: string,
): Promise<boolean> {
  const query = tx('connections').where({ id, deleting: false });
  // SQLite has one writer at a time and no row locks.
  const connection = await (tx.client.config.client === 'pg'
    ? query.forShare().first('id')
    : query.first('id'));
  return connection !== undefined;
}
