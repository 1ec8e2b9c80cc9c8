import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import {
  defaultQueueSettings,
  type QueueWaitsFor,
} from '@event-flows/backstage-plugin-event-flows-common';
import { KnexAccessStore } from '../access/AccessStore';
import { AlgorithmBinder } from '../catalog/AlgorithmBinder';
import { AlgorithmDirectory } from '../catalog/AlgorithmDirectory';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { algorithm } from '../__testUtils__/entities';
import { liveCatalog } from '../__testUtils__/liveCatalog';
import {
  APPROVAL,
  at,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { KnexPinsStore } from './PinsStore';
import { KnexQueuesStore, type QueueRecord } from './QueuesStore';

const by = 'user:default/ada';

describe('KnexPinsStore', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup() {
      const db = await openTestDatabase(databases, databaseId);
      await new KnexConnectionsStore(db).insert(connectionRecord());
      await new KnexAccessStore(db).replace({
        connectionId: connectionRecord().id,
        topic: 'orders',
        entries: [
          { algorithmRef: 'component:default/a', apiType: 'subscriber' },
          {
            algorithmRef: 'component:default/b',
            algorithmUid: 'old',
            apiType: 'subscriber',
          },
          { algorithmRef: 'component:default/gone', apiType: 'subscriber' },
        ],
        ...{ revision: 0, by, at: at(0) },
      });
      const queues = new KnexQueuesStore(db);
      const [{ id }] = await queues.list();
      await queues.enable(id, {
        ...{ revision: 0, by, at: at(1), versionRef: 'latest' },
        ...{ approval: APPROVAL, settings: defaultQueueSettings },
      });
      const read = async (): Promise<QueueRecord> => {
        const queue = await queues.get(id);
        if (!queue) {
          throw new Error('The queue is gone');
        }
        return queue;
      };
      return { db, queues, store: new KnexPinsStore(db), read };
    }

    const waitsFor = (origin: string): QueueWaitsFor => ({
      ...{ kind: 'approval', since: at(2), versionRef: 'component:default/v' },
      ...{ origin, approvedOrigin: APPROVAL.origin },
    });

    it('lets one replica note what a queue waits for', async () => {
      const { store, read } = await setup();
      const seen = await read();
      const noted = await Promise.all([
        store.setWaitsFor(seen, waitsFor('https://b')),
        store.setWaitsFor(seen, waitsFor('https://b')),
      ]);
      expect(noted.sort()).toEqual([false, true]);
      const now = await read();
      expect(now.waitsFor).toEqual(waitsFor('https://b'));
      expect(await store.setWaitsFor(now, waitsFor('https://c'))).toBe(true);
      expect(await store.setWaitsFor(now, undefined)).toBe(false);
      expect(await store.setWaitsFor(await read(), undefined)).toBe(true);
      expect(await read()).not.toHaveProperty('waitsFor');
    });

    it('notes nothing of a queue that was changed meanwhile', async () => {
      const { queues, store, read } = await setup();
      const seen = await read();
      await store.setWaitsFor(seen, waitsFor('https://b'));
      await queues.disable(seen.id, { revision: 1, by, at: at(3) });
      expect(await read()).not.toHaveProperty('waitsFor');
      expect(await store.setWaitsFor(seen, waitsFor('https://b'))).toBe(false);
    });

    it('has one first approval, whoever comes first', async () => {
      const { db, store, read } = await setup();
      await db('queues').update({ approved_origin: null });
      const seen = await read();
      expect(seen).not.toHaveProperty('approval');
      const one = { versionUid: 'one', origin: 'https://one' };
      expect(await store.approveFirst(seen, one)).toEqual(one);
      const two = { origin: 'https://two' };
      expect(await store.approveFirst(seen, two)).toEqual(one);
      expect(await read()).toMatchObject({ approval: one });
      await db('queues').delete();
      expect(await store.approveFirst(seen, two)).toEqual(two);
    });

    it('binds access of old to the algorithms that there are, once', async () => {
      const { queues, store } = await setup();
      const uids = async () =>
        (await queues.list()).map(({ algorithmUid }) => algorithmUid);
      const entities = [algorithm('a'), algorithm('b')];
      const binder = new AlgorithmBinder({
        store,
        directory: new AlgorithmDirectory(liveCatalog(entities), {
          algorithmType: 'algorithm',
          algorithmVersionType: 'algorithm-version',
        }),
        auth: mockServices.auth(),
      });
      expect(await uids()).toEqual([undefined, 'old', undefined]);
      await binder.run();
      expect(await uids()).toEqual(['uid of a', 'old', undefined]);
      entities.splice(0, 1, algorithm('a', by, 'another'), algorithm('gone'));
      await binder.run();
      expect(await uids()).toEqual(['uid of a', 'old', 'uid of gone']);
    });
  });
});
