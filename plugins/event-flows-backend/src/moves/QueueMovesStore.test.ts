import { TestDatabases } from '@backstage/backend-test-utils';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';
import { waitForWaiting } from '../__testUtils__/waitForWaiting';
import {
  APPROVAL,
  at,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { KnexOpenMovesStore } from './OpenMovesStore';
import { KnexQueueMovesStore, type QueueMove } from './QueueMovesStore';

const OLD = connectionRecord({ name: 'old' });
const NEW = connectionRecord({
  ...{ id: '22222222-2222-4222-8222-222222222222', name: 'new' },
});
const algorithmRef = 'component:default/a';
const by = 'user:default/ada';

function grant(db: Knex, topic: string, apiType: 'subscriber' | 'publisher') {
  return new KnexAccessStore(db).replace({
    ...{ connectionId: OLD.id, topic, revision: 0, by, at: at(0) },
    entries: [{ algorithmRef, apiType, algorithmUid: 'uid-1' }],
  });
}

/** An enabled queue at the old connection, that may also publish there. */
async function setScene(db: Knex) {
  const connections = new KnexConnectionsStore(db);
  await connections.insert(OLD);
  await connections.insert(NEW);
  await grant(db, 'orders', 'subscriber');
  await grant(db, 'scores', 'publisher');
  const queues = new KnexQueuesStore(db);
  const [{ id: queueId }] = await queues.list();
  await queues.enable(queueId, {
    ...{ revision: 0, by, at: at(1), versionRef: 'latest' },
    ...{ approval: APPROVAL, settings: defaultQueueSettings },
  });
  const move: QueueMove = {
    ...{ queueId, topic: 'orders', algorithmRef, from: OLD, to: NEW },
    ...{ revision: 1, by, at: at(2) },
  };
  return { connections, queues, queueId, move };
}

/** All that a move changes. */
async function dump(db: Knex) {
  const tables = [
    ...['queues', 'queue_moves', 'topic_access', 'topic_publishers'],
    ...['queue_changes', 'decisions'],
  ];
  return Object.fromEntries(
    await Promise.all(
      tables.map(async table => [table, await db(table).select()] as const),
    ),
  );
}

describe('KnexQueueMovesStore', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    it('moves the queue, keeps the move open, and gives the access that belongs to it', async () => {
      const db = await openTestDatabase(databases, databaseId);
      const { move, queueId } = await setScene(db);
      const revision = await new KnexQueueMovesStore(db).move(move);
      const open = new KnexOpenMovesStore(db);
      expect(await open.list([queueId])).toEqual([
        {
          ...{ queueId, from: { id: OLD.id, name: 'old' } },
          ...{ revision, since: at(2) },
        },
      ]);
      expect(
        await db('topic_publishers').where({ connection_id: NEW.id }).select(),
      ).toMatchObject([{ topic: 'scores', algorithm_uid: 'uid-1' }]);
      // One that was seen to run before the queue was moved again is another one.
      await open.close({ queueId, revision: revision - 1 });
      expect(await open.list()).toHaveLength(1);
      await open.close({ queueId, revision });
      expect(await open.list()).toEqual([]);
    });

    it('leaves everything as it was where the last step fails', async () => {
      const db = await openTestDatabase(databases, databaseId);
      const { move } = await setScene(db);
      const before = await dump(db);
      await db('desired_state').delete();
      await expect(new KnexQueueMovesStore(db).move(move)).rejects.toThrow(
        'desired_state',
      );
      expect(await dump(db)).toEqual(before);
    });

    it('takes no queue from a connection that is being deleted', async () => {
      const db = await openTestDatabase(databases, databaseId);
      const { move, connections } = await setScene(db);
      await connections.markDeleting(OLD.id);
      const before = await dump(db);
      await expect(new KnexQueueMovesStore(db).move(move)).rejects.toThrow(
        'Someone else changed this queue',
      );
      expect(await dump(db)).toEqual(before);
    });
  });

  // SQLite has no row locks.
  const onPostgres = databases.supports('POSTGRES_15')
    ? describe
    : describe.skip;

  onPostgres('on PostgreSQL', () => {
    it('waits for whoever ends the access meanwhile, not both for ever', async () => {
      const db = await openTestDatabase(databases, 'POSTGRES_15');
      const { move } = await setScene(db);
      // Both begin while somebody else has the queue.
      const other = await db.transaction();
      await other('queues')
        .where({ id: move.queueId })
        .update({ topic: 'orders' });
      const moved = new KnexQueueMovesStore(db).move(move);
      await waitForWaiting(db, 1);
      const removed = new KnexAccessStore(db).replace({
        ...{ connectionId: OLD.id, topic: 'orders', revision: 1 },
        ...{ entries: [], by, at: at(3) },
      });
      await waitForWaiting(db, 2);
      await other.commit();
      expect(await Promise.allSettled([moved, removed])).toMatchObject([
        { status: 'fulfilled' },
        { status: 'rejected', reason: { name: 'ConflictError' } },
      ]);
    });
  });
});
