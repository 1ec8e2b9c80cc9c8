import type { Knex } from 'knex';

/** The ids of a connection and of all others of its cluster, as a subquery. */
export function inClusterOf(db: Knex, connectionId: string): Knex.QueryBuilder {
  const cluster = db('connections')
    .where('id', connectionId)
    .select('cluster_id');
  return db('connections')
    .where('id', connectionId)
    .orWhere('cluster_id', cluster)
    .select('id');
}
