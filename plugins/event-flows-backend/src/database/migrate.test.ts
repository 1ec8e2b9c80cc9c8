import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { at } from '../__testUtils__/records';
import { migrationsDirectory, openDatabase } from './migrate';

const TABLES = [
  'connections',
  'dead_letter_marks',
  'desired_state',
  'pause_clocks',
  'queue_attempts',
  'queue_incidents',
  'queue_moves',
  'queue_receipts',
  'queue_reports',
  'queue_samples',
  'queues',
  'replicas',
  'secret_key_users',
  'secret_keys',
  'topic_access',
  'topic_publishers',
];

const LAST_KNOWN = '20261125180000_last_known.js';
const LETTER_IDS = '20261127080000_dead_letter_ids.js';
const PINS = '20261126080000_pins.js';
const READ = '20261125190000_read.js';

const QUEUE = {
  id: 'q',
  connection_id: 'c',
  topic: 'orders',
  algorithm_ref: 'component:default/a',
  api_type: 'subscriber',
  state: 'enabled',
  revision: 1,
  changed_at: at(0),
  changed_by: 'user:default/ada',
};

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

  it.each(databases.eachSupportedId())(
    'leave a client on %s whose errors tell no values',
    async id => {
      const db = await openDatabase(
        mockServices.database({ knex: await databases.init(id) }),
      );
      const failing = (client: Knex) =>
        client('nowhere').insert({ a: 'canary' });
      for (const attempt of [
        failing(db),
        db.transaction(async tx => failing(tx)),
      ]) {
        const error = await attempt.catch((thrown: Error) => thrown);
        expect(String(error)).toContain('nowhere');
        expect(String(error)).not.toContain('canary');
      }
    },
  );

  it.each(databases.eachSupportedId())(
    'keep what refers to a queue, up and down on %s',
    async id => {
      const db = await databases.init(id);
      const directory = migrationsDirectory();
      await db.migrate.latest({ directory });
      await db('queues').insert(QUEUE);
      await db('positions').insert({
        ...{ queue_id: QUEUE.id, partition: 0, position: '7', lag: 3 },
        saved_at: QUEUE.changed_at,
      });
      await db.migrate.down({ directory, name: LAST_KNOWN });
      const position = {
        ...{ queue_id: QUEUE.id, partition: 0, position: '7' },
        saved_at: QUEUE.changed_at,
      };
      expect(await db('positions').select()).toEqual([position]);
      expect(await db('queues').first()).not.toHaveProperty(
        'last_delivered_at',
      );

      await db.migrate.up({ directory, name: LAST_KNOWN });
      expect(await db('positions').select()).toEqual([
        { ...position, lag: null },
      ]);
      expect(await db('queues').select()).toMatchObject([
        { id: QUEUE.id, last_delivered_at: null },
      ]);
    },
  );

  it.each(databases.eachSupportedId())(
    'take for read what is done already on %s',
    async id => {
      const db = await databases.init(id);
      const directory = migrationsDirectory();
      await db.migrate.latest({ directory });
      await db.migrate.down({ directory, name: READ });
      await db('queues').insert({
        ...QUEUE,
        ...{ base_delivered: 5, base_dead_lettered: 2, base_skipped: 1 },
      });
      await db.migrate.up({ directory, name: READ });
      const [row] = await db('queues').select('base_read');
      expect(Number(row.base_read)).toBe(8);
    },
  );

  it.each(databases.eachSupportedId())(
    'leave queues of before without pins, and what refers to them, on %s',
    async id => {
      const db = await databases.init(id);
      const directory = migrationsDirectory();
      await db.migrate.latest({ directory });
      await db.migrate.down({ directory, name: PINS });
      await db('queues').insert(QUEUE);
      await db('positions').insert({
        ...{ queue_id: QUEUE.id, partition: 0, position: '7' },
        saved_at: QUEUE.changed_at,
      });
      await db.migrate.up({ directory, name: PINS });
      expect(await db('queues').first()).toMatchObject({
        ...{ algorithm_uid: null, approved_uid: null },
        ...{ approved_origin: null, waits_for: null },
      });
      await db.migrate.down({ directory, name: PINS });
      expect(await db('positions').select()).toHaveLength(1);
      expect(await db('queues').first()).not.toHaveProperty('waits_for');
    },
  );

  it.each(databases.eachSupportedId())(
    'keep what was done about dead letters, up and down on %s',
    async id => {
      const db = await databases.init(id);
      const directory = migrationsDirectory();
      await db.migrate.latest({ directory });
      await db.migrate.down({ directory, name: LETTER_IDS });
      await db('queues').insert(QUEUE);
      const mark = {
        ...{ queue_id: QUEUE.id, topic: 'dead', partition: 0, offset: '7' },
        ...{ state: 'dismissed', at: at(0), by: 'user:default/ada' },
      };
      await db('dead_letter_marks').insert(mark);
      await db.migrate.up({ directory, name: LETTER_IDS });
      expect(await db('dead_letter_marks').select()).toEqual([
        { ...mark, letter_id: null },
      ]);
      await db.migrate.down({ directory, name: LETTER_IDS });
      expect(await db('dead_letter_marks').select()).toEqual([mark]);
    },
  );
});
