import { TestDatabases } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { migrationsDirectory } from './migrate';

const TABLES = [
  'connections',
  'desired_state',
  'queue_reports',
  'queues',
  'replicas',
  'topic_access',
];

async function tablesOf(db: Knex): Promise<string[]> {
  const present = await Promise.all(
    TABLES.map(async table => ((await db.schema.hasTable(table)) ? table : '')),
  );
  return present.filter(Boolean);
}

describe('migrations', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

  it.each(databases.eachSupportedId())('go up and down on %s', async id => {
    const db = await databases.init(id);
    const directory = migrationsDirectory();

    await db.migrate.latest({ directory });
    expect(await tablesOf(db)).toEqual(TABLES);
    expect(await db('desired_state').select()).toHaveLength(1);

    await db.migrate.rollback({ directory }, true);
    expect(await tablesOf(db)).toEqual([]);

    await db.migrate.latest({ directory });
    expect(await tablesOf(db)).toEqual(TABLES);
  });
});
