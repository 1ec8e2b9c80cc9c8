import { TestDatabases } from '@backstage/backend-test-utils';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { readDesiredRevision } from '../database/desiredState';
import {
  APPROVAL,
  at,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { KnexQueuesStore } from './QueuesStore';

const by = 'user:default/olga';
const versionRef = 'component:default/a-1-0-0';

describe('KnexQueuesStore', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup() {
      const db = await openTestDatabase(databases, databaseId);
      const connections = new KnexConnectionsStore(db);
      await connections.insert(connectionRecord());
      const access = new KnexAccessStore(db);
      for (const topic of ['reviews', 'orders']) {
        await access.replace({
          connectionId: connectionRecord().id,
          topic,
          entries: [
            { algorithmRef: 'component:default/a', apiType: 'subscriber' },
            { algorithmRef: 'component:default/b', apiType: 'subscriber' },
          ],
          revision: 0,
          by: 'user:default/ada',
          at: at(0),
        });
      }
      const store = new KnexQueuesStore(db);
      const [queue] = await store.list();
      return { db, connections, store, queue };
    }

    it('lists in order, filtered by what is asked for', async () => {
      const { store } = await setup();
      const names = (queues: Awaited<ReturnType<typeof store.list>>) =>
        queues.map(q => `${q.topic} ${q.algorithmRef.slice(-1)}`);
      expect(names(await store.list())).toEqual([
        'orders a',
        'orders b',
        'reviews a',
        'reviews b',
      ]);
      expect(
        names(await store.list({ algorithmRef: 'component:default/b' })),
      ).toEqual(['orders b', 'reviews b']);
      expect(
        names(
          await store.list({
            connectionId: connectionRecord().id,
            topic: 'orders',
          }),
        ),
      ).toEqual(['orders a', 'orders b']);
      expect(await store.list({ state: 'enabled' })).toEqual([]);
    });

    it('enables and disables, each time one revision on', async () => {
      const { db, store, queue } = await setup();
      const settings = { ...defaultQueueSettings, concurrency: 3 };
      const before = await readDesiredRevision(db);
      expect(
        await store.enable(queue.id, {
          revision: 0,
          versionRef,
          approval: APPROVAL,
          settings,
          by,
          at: at(1),
        }),
      ).toBe(before + 1);
      expect(await store.get(queue.id)).toMatchObject({
        state: 'enabled',
        versionRef,
        settings,
        revision: 1,
        changedAt: at(1),
        changedBy: by,
      });
      expect(
        await store.disable(queue.id, { revision: 1, by, at: at(2) }),
      ).toBe(before + 2);
      expect(await store.get(queue.id)).toMatchObject({
        state: 'disabled',
        versionRef,
        settings,
        revision: 2,
      });
    });

    it('lets one alone set where a queue begins, for so long', async () => {
      const { store, queue } = await setup();
      const claim = (seconds: number, revision = 0) =>
        store.claimStart(queue.id, {
          ...{ revision, at: at(seconds), until: at(seconds + 10) },
        });
      const enable = (startClaim: string) =>
        store.enable(queue.id, {
          ...{ revision: 0, versionRef, approval: APPROVAL },
          ...{ settings: defaultQueueSettings, by, at: at(30), startClaim },
        });
      expect(await claim(0, 7)).toBe(false);
      expect(await claim(0)).toBe(true);
      expect(await claim(5)).toBe(false);
      // Nobody else's is given back.
      await store.releaseStart(queue.id, at(99));
      expect(await claim(5)).toBe(false);
      await store.releaseStart(queue.id, at(10));
      expect(await claim(5)).toBe(true);
      // It was not given back in time.
      expect(await claim(16)).toBe(true);
      await expect(enable(at(15))).rejects.toThrow('in the meantime');
      await enable(at(26));
      expect(await claim(17, 1)).toBe(true);
    });

    it('refuses changes of what is not as it was seen', async () => {
      const { db, store, queue } = await setup();
      const enable = (revision: number) =>
        store.enable(queue.id, {
          revision,
          versionRef,
          approval: APPROVAL,
          settings: defaultQueueSettings,
          by,
          at: at(1),
        });
      const results = await Promise.allSettled([enable(0), enable(0)]);
      expect(results.map(({ status }) => status).sort()).toEqual([
        'fulfilled',
        'rejected',
      ]);
      const revision = await readDesiredRevision(db);
      await expect(
        store.disable(queue.id, { revision: 0, by, at: at(2) }),
      ).rejects.toThrow(expect.objectContaining({ name: 'ConflictError' }));
      expect(await readDesiredRevision(db)).toBe(revision);
    });

    it('knows which queues have not been seen to stop', async () => {
      const { store, queue } = await setup();
      expect(await store.listStopping()).toEqual([]);
      const settings = defaultQueueSettings;
      const change = { by, at: at(1) };
      await store.enable(queue.id, {
        ...change,
        revision: 0,
        versionRef,
        approval: APPROVAL,
        settings,
      });
      await store.markStopped(queue.id, 1, at(2));
      expect(await store.get(queue.id)).not.toHaveProperty('stoppedAt');

      await store.disable(queue.id, { ...change, revision: 1 });
      expect(await store.listStopping()).toMatchObject([{ id: queue.id }]);
      await store.markStopped(queue.id, 1, at(3));
      expect(await store.listStopping()).toHaveLength(1);
      await store.markStopped(queue.id, 2, at(4));
      expect(await store.listStopping()).toEqual([]);
      expect(await store.get(queue.id)).toMatchObject({ stoppedAt: at(4) });

      await store.enable(queue.id, {
        ...change,
        revision: 2,
        versionRef,
        approval: APPROVAL,
        settings,
      });
      expect(await store.get(queue.id)).not.toHaveProperty('stoppedAt');
    });

    it('has no queue of a connection that is being deleted', async () => {
      const { connections, store, queue } = await setup();
      await connections.markDeleting(connectionRecord().id);
      expect(await store.list()).toEqual([]);
      expect(await store.get(queue.id)).toBe(undefined);
    });
  });
});
