import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** Where PostgreSQL is: POSTGRES_URL, or the local server with trust authentication. */
export function postgresUrl(): string {
  return (
    process.env.POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres'
  );
}

/** Whether PostgreSQL answers at {@link postgresUrl}. */
export async function isPostgresReachable(): Promise<boolean> {
  try {
    await query('SELECT 1');
    return true;
  } catch {
    // Every reason means the same to the caller: there is no database to use.
    return false;
  }
}

/** A database of its own for a test. */
export class PostgresDatabase {
  /** Creates an empty database with an unused name. */
  static async create(): Promise<PostgresDatabase> {
    const name = `event_flows_test_${randomBytes(6).toString('hex')}`;
    await query(`CREATE DATABASE ${name}`);
    return new PostgresDatabase(name);
  }

  private constructor(readonly name: string) {}

  get url(): string {
    const url = new URL(postgresUrl());
    url.pathname = `/${this.name}`;
    return url.href;
  }

  /** Cuts everyone's connections to the database, which its clients have to survive. */
  async cutConnections(): Promise<void> {
    await query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${this.name}'`,
    );
  }

  /** Removes the database, also while clients are connected to it. */
  async drop(): Promise<void> {
    await query(`DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
  }
}

async function query(sql: string): Promise<void> {
  const client = new Client({
    connectionString: postgresUrl(),
    connectionTimeoutMillis: 5_000,
  });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
