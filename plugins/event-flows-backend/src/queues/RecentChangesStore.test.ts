import { TestDatabases } from '@backstage/backend-test-utils';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import {
  APPROVAL,
  at,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexDecisionsStore } from './DecisionsStore';
import { KnexPinsStore } from './PinsStore';
import { KnexQueuesStore } from './QueuesStore';
import { KnexRecentChangesStore } from './RecentChangesStore';

const ada = 'user:default/ada';
const olga = 'user:default/olga';
const algorithmRef = 'component:default/a';
const settings = defaultQueueSettings;

describe('KnexRecentChangesStore', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup() {
      const db = await openTestDatabase(databases, databaseId);
      await new KnexConnectionsStore(db).insert(connectionRecord());
      const access = new KnexAccessStore(db);
      const give = (
        revision: number,
        entries: Parameters<typeof access.replace>[0]['entries'],
      ) =>
        access.replace({
          ...{ connectionId: connectionRecord().id, topic: 'orders' },
          ...{ entries, revision, by: ada, at: at(revision) },
        });
      await give(0, [
        { algorithmRef, algorithmUid: 'one', apiType: 'subscriber' },
      ]);
      const queues = new KnexQueuesStore(db);
      const [queue] = await queues.list();
      const store = new KnexRecentChangesStore(db);
      const enable = (
        revision: number,
        choice: { versionRef?: string; settings?: typeof settings } = {},
      ) =>
        queues.enable(queue.id, {
          ...{ revision, by: olga, at: at(revision) },
          ...{ versionRef: 'latest', approval: APPROVAL, settings, ...choice },
        });
      const changes = async () =>
        (await store.listOf(queue.id)).map(({ change }) => change);
      return { db, give, queues, queue, store, enable, changes };
    }

    it('knows who changed what, the latest first', async () => {
      const { queues, queue, store, enable, changes } = await setup();
      await enable(0);
      const edited = { ...settings, concurrency: 3, deadLetterTopic: 'dead' };
      await enable(1, { settings: edited });
      await enable(2, { versionRef: 'component:default/a-1', settings });
      await queues.disable(queue.id, { revision: 3, by: olga, at: at(3) });
      await store.add(queue.id, {
        ...{ by: ada, at: at(4) },
        change: { kind: 'rewound', to: { kind: 'earliest' } },
      });
      expect(await changes()).toEqual([
        { kind: 'rewound', to: { kind: 'earliest' } },
        { kind: 'disabled' },
        {
          ...{ kind: 'edited', versionRef: 'component:default/a-1' },
          fields: ['concurrency', 'deadLetterTopic'],
        },
        { kind: 'edited', fields: ['concurrency', 'deadLetterTopic'] },
        { kind: 'enabled', versionRef: 'latest', fields: [] },
        { kind: 'access-given' },
      ]);
      const all = await store.listOf(queue.id);
      expect(all[1]).toMatchObject({ by: olga, at: at(3) });
      expect(all[5]).toMatchObject({ by: ada, at: at(0) });
    });

    it('tells an approval from an edit', async () => {
      const { db, queues, queue, enable, changes } = await setup();
      await enable(0);
      const seen = await queues.get(queue.id);
      await new KnexPinsStore(db).setWaitsFor(seen ?? queue, {
        ...{
          kind: 'approval',
          since: at(1),
          versionRef: 'component:default/a-1',
        },
        ...{
          origin: APPROVAL.origin,
          approvedOrigin: 'https://old.example.com',
        },
      });
      await enable(1);
      expect((await changes())[0]).toEqual({
        ...{ kind: 'approved', versionRef: 'latest', fields: [] },
        origin: APPROVAL.origin,
      });
    });

    it('knows what was decided, and whose access was renewed', async () => {
      const { db, give, queue, enable, changes } = await setup();
      await enable(0);
      const decisions = new KnexDecisionsStore(db);
      await decisions.add({
        ...{ queueId: queue.id, partition: 2, offset: '8812', action: 'skip' },
        ...{ by: olga, at: at(1) },
      });
      const deadLetter = {
        action: 'dead-letter',
        ...{ partition: 2, offset: '8813', deadLetterTopic: 'dead' },
      } as const;
      await decisions.add({
        ...{ queueId: queue.id, by: olga, at: at(1), ...deadLetter },
      });
      const entry = { algorithmRef, apiType: 'subscriber' } as const;
      await give(1, [{ ...entry, algorithmUid: 'two', renew: true }]);
      // The same again changes nothing.
      await give(2, [{ ...entry, algorithmUid: 'two', renew: true }]);
      expect((await changes()).slice(0, 3)).toEqual([
        { kind: 'access-renewed' },
        { kind: 'decided', ...deadLetter },
        { kind: 'decided', action: 'skip', partition: 2, offset: '8812' },
      ]);
    });

    it('keeps nothing of a change that was refused', async () => {
      const { enable, changes } = await setup();
      const results = await Promise.allSettled([enable(0), enable(0)]);
      expect(results.map(({ status }) => status).sort()).toEqual([
        'fulfilled',
        'rejected',
      ]);
      expect(await changes()).toHaveLength(2);
    });

    it('keeps the last 50, also when many change at once, and none of a queue that is gone', async () => {
      const { db, give, queue, store } = await setup();
      const add = (offset: number) =>
        store.add(queue.id, {
          ...{ by: olga, at: at(offset) },
          change: {
            ...{ kind: 'decided', action: 'retry' },
            ...{ partition: 0, offset: `${offset}` },
          },
        });
      for (let offset = 0; offset < 50; offset++) {
        await add(offset);
      }
      await Promise.all([50, 51, 52, 53].map(add));
      const kept = await store.listOf(queue.id);
      expect(kept).toHaveLength(50);
      expect(kept[49].change).toMatchObject({ offset: '4' });
      expect(await db('queue_changes').select()).toHaveLength(50);

      await give(1, []);
      expect(await db('queue_changes').select()).toEqual([]);
    });
  });
});
