import type {
  TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import type { QueueReport } from '@event-flows/engine';
import type { Knex } from 'knex';
import type { ConnectionRecord } from '../connections/ConnectionsStore';
import { migrationsDirectory } from '../database/migrate';
import type { Approval } from '../queues/QueuesStore';

/** The databases that stores are tested on. */
export const DATABASE_IDS: TestDatabaseId[] = ['SQLITE_3', 'POSTGRES_15'];

/** A moment, so many seconds after the beginning of a test's time. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
}

/** A database with the plugin's tables. */
export async function openTestDatabase(
  databases: TestDatabases,
  id: TestDatabaseId,
): Promise<Knex> {
  const db = await databases.init(id);
  await db.migrate.latest({ directory: migrationsDirectory() });
  return db;
}

/** What is approved with the versions of `algorithmVersion`. */
export const APPROVAL: Approval = { origin: 'https://algorithms.example.com' };

/** A connection as it is stored. */
export function connectionRecord(
  overrides: Partial<ConnectionRecord> = {},
): ConnectionRecord {
  return {
    id: '11111111-1111-4111-8111-111111111111',
    name: 'orders cluster',
    brokers: ['kafka.example.com:9092'],
    createdAt: at(0),
    createdBy: 'user:default/ada',
    state: { status: 'connected', since: at(0), checkedAt: at(0) },
    deleting: false,
    ...overrides,
  };
}

/** What a replica reports of a queue that runs. */
export function queueReport(
  queueId: string,
  overrides: Partial<QueueReport> = {},
): QueueReport {
  return {
    queueId,
    run: 'first run',
    phase: 'running',
    lag: 0,
    deliveredPerSecond: 0,
    counters: {
      read: 0,
      delivered: 0,
      deadLettered: 0,
      skipped: 0,
      inFlight: 0,
    },
    partitions: [],
    heldUp: [],
    decided: [],
    ...overrides,
  };
}

/** Counters that balance. */
export function counters(
  delivered: number,
  inFlight = 0,
  deadLettered = 0,
): QueueReport['counters'] {
  return {
    read: delivered + inFlight + deadLettered,
    delivered,
    deadLettered,
    skipped: 0,
    inFlight,
  };
}
