import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import {
  BrokerConnectionError,
  defaultQueueSettings,
  groupIdOf,
  type QueuePhase,
} from '@event-flows/backstage-plugin-event-flows-common';
import { KnexAccessStore } from '../access/AccessStore';
import { StoredBrokerAccess } from '../connections/BrokerAccessReader';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { InMemoryEngine } from '../__testUtils__/InMemoryEngine';
import {
  APPROVAL,
  at,
  connectionRecord,
  counters,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { TEST_BOX } from '../__testUtils__/replica';
import { KnexPositionsStore } from '../queues/PositionsStore';
import { KnexQueuesStore, type QueueRecord } from '../queues/QueuesStore';
import { StoredPauseClocks } from './PauseClockReader';
import { KnexPauseClocksStore } from './PauseClocksStore';
import { PauseClockWatch } from './PauseClockWatch';

const by = 'user:default/ada';
const DAY_MS = 24 * 60 * 60_000;

describe('PauseClockWatch', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    /** Queues of one topic, all enabled. */
    async function setup(count = 1) {
      const db = await openTestDatabase(databases, databaseId);
      const connections = new KnexConnectionsStore(db);
      const { id: connectionId, brokers } = connectionRecord();
      await connections.insert(connectionRecord());
      await new KnexAccessStore(db).replace({
        ...{ connectionId, topic: 'orders', revision: 0, by, at: at(0) },
        entries: Array.from({ length: count }, (_, index) => ({
          algorithmRef: `component:default/a${index}`,
          apiType: 'subscriber',
        })),
      });
      const queues = new KnexQueuesStore(db);
      for (const { id } of await queues.list()) {
        await queues.enable(id, {
          ...{ revision: 0, by, at: at(0), versionRef: 'latest' },
          ...{ approval: APPROVAL, settings: defaultQueueSettings },
        });
      }
      const engine = new InMemoryEngine();
      const cluster = { clusterId: 'c', topics: [] };
      engine.clusters.set(brokers[0], cluster);
      const asked = jest.spyOn(engine.admin, 'unread');
      const status = {
        ...{ phase: 'paused' as QueuePhase, lag: 0, deliveredPerSecond: 0 },
        ...{ replicas: 1, counters: counters(0) },
      };
      const board = {
        statusOf: async (some: readonly QueueRecord[]) =>
          new Map(some.map(({ id }) => [id, status])),
      };
      const store = new KnexPauseClocksStore(db);
      const positions = new KnexPositionsStore(db);
      const reader = new StoredPauseClocks(store);
      const watch = new PauseClockWatch({
        ...{ queues, board, store, admin: engine.admin },
        positions,
        access: new StoredBrokerAccess(connections, TEST_BOX),
        logger: mockServices.logger.mock(),
      });
      return {
        ...{ db, queues, engine, asked, status, watch, cluster, positions },
        /** What a list shows. */
        shown: async () => {
          const all = await queues.list();
          const clocks = await reader.clocksOf(all, await board.statusOf(all));
          return all.map(({ id }) => clocks.get(id));
        },
        /** The topic keeps an unread record of the beginning of time for a day. */
        leaveUnread: async (retentionMs = DAY_MS) => {
          for (const { id } of await queues.list()) {
            engine.unread.set(groupIdOf(id), {
              retentionMs,
              partitions: [
                { partition: 0, records: 1, deleted: 3, firstAt: at(0) },
              ],
            });
          }
        },
      };
    }

    const clock = {
      ...{ deletedFrom: at(DAY_MS / 1_000), retentionMs: DAY_MS },
      ...{ deleted: 3, isSizeLimited: false },
    };

    it('finds out when unread records are deleted, and keeps it for lists', async () => {
      const { watch, shown, leaveUnread, engine } = await setup();
      await leaveUnread();
      expect(await shown()).toEqual([undefined]);
      await watch.run();
      expect(await shown()).toEqual([clock]);
      // With all of 64 bits: a database takes no more, and no calendar as much.
      await leaveUnread(2 ** 63);
      await watch.run();
      expect(await shown()).toEqual([{ deleted: 3, isSizeLimited: false }]);
      engine.unread.clear();
      await watch.run();
      expect(await shown()).toEqual([undefined]);
    });

    it('asks about those alone that stand still', async () => {
      const { watch, shown, leaveUnread, status, asked, db } = await setup();
      await leaveUnread();
      await watch.run();
      expect(asked).toHaveBeenCalledTimes(1);
      status.phase = 'running';
      expect(await shown()).toEqual([undefined]);
      await watch.run();
      expect(asked).toHaveBeenCalledTimes(1);
      expect(await db('pause_clocks').select()).toEqual([]);
    });

    it('says nothing any more of a queue that was changed since, as by a rewind', async () => {
      const { watch, shown, leaveUnread, queues } = await setup();
      await leaveUnread();
      const [{ id }] = await queues.list();
      await queues.disable(id, { revision: 1, by, at: at(1) });
      await watch.run();
      expect(await shown()).toEqual([clock]);
      await queues.touch(id, { revision: 2, by, at: at(2) });
      expect(await shown()).toEqual([undefined]);
      await watch.run();
      expect(await shown()).toEqual([clock]);
    });

    it('notes how much is unread of a disabled queue, where it has a position', async () => {
      const { watch, queues, engine, positions } = await setup();
      const [{ id }] = await queues.list();
      const lag = async () => (await positions.lagsOf([id])).get(id);
      engine.unread.set(groupIdOf(id), {
        partitions: [
          { partition: 0, records: 160, deleted: 0 },
          { partition: 1, records: 7, deleted: 0 },
          { partition: 2, records: 1_000, deleted: 0 },
        ],
      });
      await queues.disable(id, { revision: 1, by, at: at(1) });
      await watch.run();
      expect(await lag()).toBe(undefined);
      const reported = [
        { partition: 0, position: '12', lag: 0 },
        { partition: 1, position: '3' },
      ];
      await positions.save([{ queueId: id, positions: reported }], at(2));
      await watch.run();
      expect(await lag()).toBe(167);
      expect(await positions.of(id)).toMatchObject([
        { position: '12', at: at(2) },
        { position: '3', at: at(2) },
      ]);
      // Of one that was changed meanwhile, somebody else knows better.
      await positions.saveLags({ id, revision: 1 }, new Map([[0, 5]]));
      expect(await lag()).toBe(167);
    });

    it('leaves how much is unread of an enabled queue to who runs it', async () => {
      const { watch, queues, leaveUnread, positions } = await setup();
      await leaveUnread();
      const [{ id }] = await queues.list();
      const reported = [{ partition: 0, position: '12', lag: 4 }];
      await positions.save([{ queueId: id, positions: reported }], at(2));
      await watch.run();
      expect(await positions.lagsOf([id])).toEqual(new Map([[id, 4]]));
    });

    it('notes nothing of a queue that was changed or deleted while it was looked at', async () => {
      const { db, queues } = await setup();
      const store = new KnexPauseClocksStore(db);
      const [{ id }] = await queues.list();
      await store.save({ id, revision: 7 }, clock);
      await store.save({ id: 'gone', revision: 1 }, clock);
      expect(await db('pause_clocks').select()).toEqual([]);
    });

    it('goes on showing what it found while a cluster does not answer, and asks it once', async () => {
      const { watch, shown, leaveUnread, cluster, asked } = await setup(3);
      await leaveUnread();
      await watch.run();
      asked.mockClear();
      Object.assign(cluster, {
        failure: new BrokerConnectionError('timeout', 'no answer'),
      });
      await watch.run();
      expect(asked).toHaveBeenCalledTimes(1);
      expect(await shown()).toEqual([clock, clock, clock]);
    });

    it('looks at so many at a time, and at each in turn', async () => {
      const { watch, asked } = await setup(250);
      const groups = () =>
        new Set(asked.mock.calls.map(([, { groupId }]) => groupId));
      await watch.run();
      expect(groups().size).toBe(200);
      await watch.run();
      expect(groups().size).toBe(250);
    });
  });
});
