import {
  type DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';

/** Where the migrations are, in the repository and in the published package. */
export function migrationsDirectory(): string {
  return resolvePackagePath(
    '@event-flows/backstage-plugin-event-flows-backend',
    'migrations',
  );
}

/** A client of the plugin's database, with its tables up to date. */
export async function openDatabase(database: DatabaseService): Promise<Knex> {
  const client = await database.getClient();
  // Else an error's text holds all values of its statement: receipts with keys
  // and answers, for example, that are for nobody who reads the log.
  client.client.config.compileSqlOnError = false;
  if (!database.migrations?.skip) {
    await client.migrate.latest({ directory: migrationsDirectory() });
  }
  return client;
}
