import { waitUntil } from '@event-flows/testbed';
import type { Knex } from 'knex';

/** On PostgreSQL: until so many connections to the database wait for others. */
export function waitForWaiting(db: Knex, count: number) {
  return waitUntil(
    async () => {
      const { rows } = await db.raw(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows.length === count;
    },
    { timeoutMs: 10_000, what: `${count} that wait` },
  );
}
