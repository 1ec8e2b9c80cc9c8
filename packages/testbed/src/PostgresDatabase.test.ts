import { Client } from 'pg';
import { isPostgresReachable, PostgresDatabase } from '.';

const POSTGRES_URL = process.env.POSTGRES_URL;

describe('PostgresDatabase', () => {
  afterEach(() => {
    if (POSTGRES_URL === undefined) {
      delete process.env.POSTGRES_URL;
    } else {
      process.env.POSTGRES_URL = POSTGRES_URL;
    }
  });

  it('knows when there is no server', async () => {
    process.env.POSTGRES_URL = 'postgresql://postgres@127.0.0.1:1/postgres';
    expect(await isPostgresReachable()).toBe(false);
  });

  it('creates a database, cuts connections to it and drops it', async () => {
    if (!(await isPostgresReachable())) {
      process.stderr.write('SKIPPED: there is no PostgreSQL at POSTGRES_URL\n');
      return;
    }
    const database = await PostgresDatabase.create();
    const client = new Client(database.url);
    const cut = new Promise<Error>(resolve => client.on('error', resolve));
    try {
      await client.connect();
      const { rows } = await client.query('SELECT current_database() AS name');
      expect(rows).toEqual([{ name: database.name }]);

      await database.cutConnections();
      expect((await cut).message).toMatch(/terminat/);
    } finally {
      await database.drop();
    }
    await expect(new Client(database.url).connect()).rejects.toThrow(
      'does not exist',
    );
  });
});
