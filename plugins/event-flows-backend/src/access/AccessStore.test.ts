import { TestDatabases } from '@backstage/backend-test-utils';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { readDesiredRevision } from '../database/desiredState';
import { KnexQueuesStore } from '../queues/QueuesStore';
import {
  at,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { KnexAccessStore } from './AccessStore';

const connectionId = connectionRecord().id;
const place = { connectionId, topic: 'orders' };

function change(names: string[], revision: number) {
  return {
    ...place,
    entries: names.map(name => ({
      algorithmRef: `component:default/${name}`,
      apiType: 'subscriber' as const,
    })),
    revision,
    by: 'user:default/ada',
    at: at(revision + 1),
  };
}

describe('KnexAccessStore', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup() {
      const db = await openTestDatabase(databases, databaseId);
      const connections = new KnexConnectionsStore(db);
      await connections.insert(connectionRecord());
      return {
        db,
        connections,
        store: new KnexAccessStore(db),
        queues: new KnexQueuesStore(db),
      };
    }

    it('keeps the queues of those who stay', async () => {
      const { db, store, queues } = await setup();
      expect(await store.getRevision(connectionId, 'orders')).toEqual({
        revision: 0,
      });
      await store.replace(change(['a', 'b'], 0));
      const [a, b] = await queues.list(place);
      const revision = await store.replace(change(['b', 'c'], 1));
      expect(revision).toBe(await readDesiredRevision(db));

      const now = await queues.list(place);
      expect(now.map(({ algorithmRef }) => algorithmRef)).toEqual([
        'component:default/b',
        'component:default/c',
      ]);
      expect(now[0].id).toBe(b.id);
      expect(await queues.get(a.id)).toBe(undefined);
      expect(now[1]).toMatchObject({
        state: 'disabled',
        revision: 0,
        changedBy: 'user:default/ada',
        connection: { id: connectionId, name: 'orders cluster' },
        base: { read: 0, delivered: 0, deadLettered: 0, skipped: 0 },
      });
      expect(await store.getRevision(connectionId, 'orders')).toEqual({
        revision: 2,
        changedAt: at(2),
        changedBy: 'user:default/ada',
      });
    });

    it('gives an algorithm that comes back a queue of its own', async () => {
      const { store, queues } = await setup();
      await store.replace(change(['a'], 0));
      const [first] = await queues.list(place);
      await store.replace(change([], 1));
      await store.replace(change(['a'], 2));
      const [second] = await queues.list(place);
      expect(second.id).not.toBe(first.id);
    });

    it('stores nothing of a change made from an old list', async () => {
      const { db, store, queues } = await setup();
      await store.replace(change(['a'], 0));
      const revision = await readDesiredRevision(db);
      await expect(store.replace(change(['b'], 0))).rejects.toThrow(
        expect.objectContaining({ name: 'ConflictError' }),
      );
      await expect(store.replace(change(['b'], 2))).rejects.toThrow(
        expect.objectContaining({ name: 'ConflictError' }),
      );
      expect(await queues.list(place)).toMatchObject([
        { algorithmRef: 'component:default/a' },
      ]);
      expect(await readDesiredRevision(db)).toBe(revision);
    });

    it('lets one of two changes at the same moment win', async () => {
      const { store, queues } = await setup();
      const results = await Promise.allSettled([
        store.replace(change(['a'], 0)),
        store.replace(change(['b'], 0)),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual([
        'fulfilled',
        'rejected',
      ]);
      expect(await queues.list(place)).toHaveLength(1);
    });

    it('takes 500 algorithms', async () => {
      const { store, queues } = await setup();
      const names = Array.from({ length: 500 }, (_, i) => `a${i}`);
      await store.replace(change(names, 0));
      expect(await queues.list(place)).toHaveLength(500);
      await store.replace(change([], 1));
      expect(await queues.list(place)).toEqual([]);
    });

    it('adds nothing to a connection that is being deleted', async () => {
      const { connections, db, store } = await setup();
      await connections.markDeleting(connectionId);
      await expect(store.replace(change(['a'], 0))).rejects.toThrow(
        expect.objectContaining({ name: 'NotFoundError' }),
      );
      expect(await db('queues').select()).toEqual([]);
    });
  });
});
