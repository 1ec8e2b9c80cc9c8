import type { Knex } from 'knex';

/**
 * Says, inside the transaction of a change, that the engines must follow it.
 * The update locks the row, so that revisions are committed in order.
 *
 * @returns the revision that contains the change
 */
export async function bumpDesiredState(tx: Knex.Transaction): Promise<number> {
  await tx('desired_state').where({ id: 1 }).increment('revision', 1);
  return readDesiredRevision(tx);
}

/** The revision of what the engines should do. */
export async function readDesiredRevision(db: Knex): Promise<number> {
  const row = await db<{ id: number; revision: number | string }>(
    'desired_state',
  )
    .where({ id: 1 })
    .first('revision');
  if (!row) {
    throw new Error('The table desired_state has lost its row');
  }
  return Number(row.revision);
}
