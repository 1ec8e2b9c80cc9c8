import { TestDatabases } from '@backstage/backend-test-utils';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import {
  at,
  connectionRecord,
  counters,
  DATABASE_IDS,
  openTestDatabase,
  queueReport,
} from '../__testUtils__/records';
import { KnexReplicasStore, toFold } from './ReplicasStore';

const NOTHING = {
  ...{ number: 1, appliedRevision: 0 },
  ...{ changed: [], folded: [], restarted: [] },
};

describe('KnexReplicasStore', () => {
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
        ],
        revision: 0,
        by: 'user:default/ada',
        at: at(0),
      });
      const queues = new KnexQueuesStore(db);
      const [{ id: queueId }] = await queues.list();
      const store = new KnexReplicasStore(db);
      await store.register('r1', at(0));
      const baseOf = async () => (await queues.get(queueId))?.base;
      const lastDeliveredAt = async () =>
        (await queues.get(queueId))?.lastDeliveredAt;
      return { store, queueId, baseOf, lastDeliveredAt };
    }

    it('knows who lives and how far each has come', async () => {
      const { store } = await setup();
      await store.register('r2', at(10));
      const appliedRevision = 4_294_967_296;
      await store.report('r2', { ...NOTHING, at: at(10), appliedRevision });
      expect(await store.listLive(at(5))).toEqual([
        { id: 'r2', heartbeatAt: at(10), appliedRevision: 4_294_967_296 },
      ]);
      expect(await store.report('r1', { ...NOTHING, at: at(11) })).toBe(true);
      expect(await store.listLive(at(5))).toHaveLength(2);
    });

    it('keeps the last report of each replica', async () => {
      const { store, queueId } = await setup();
      await store.register('r2', at(10));
      const first = queueReport(queueId, { phase: 'starting' });
      const second = queueReport(queueId, { counters: counters(5, 1) });
      await store.report('r1', { ...NOTHING, at: at(1), changed: [first] });
      await store.report('r1', { ...NOTHING, at: at(2), changed: [second] });
      await store.report('r2', { ...NOTHING, at: at(20), changed: [first] });
      expect(await store.reportsOf([queueId], at(15))).toEqual(
        new Map([
          [
            queueId,
            [
              { report: second, live: false },
              { report: first, live: true },
            ],
          ],
        ]),
      );
      expect(await store.reportsOf([], at(0))).toEqual(new Map());
    });

    it('adds what is over to the queue', async () => {
      const { store, queueId, baseOf } = await setup();
      const report = queueReport(queueId, { counters: counters(5, 2, 1) });
      await store.report('r1', { ...NOTHING, at: at(1), changed: [report] });
      const fold = toFold(report);
      await store.report('r1', { ...NOTHING, at: at(2), restarted: [fold] });
      expect(await baseOf()).toEqual({
        read: 6,
        delivered: 5,
        deadLettered: 1,
        skipped: 0,
      });
      expect((await store.reportsOf([queueId], at(0))).size).toBe(1);
      await store.report('r1', { ...NOTHING, at: at(3), folded: [fold] });
      expect(await baseOf()).toEqual({
        read: 12,
        delivered: 10,
        deadLettered: 2,
        skipped: 0,
      });
      expect((await store.reportsOf([queueId], at(0))).size).toBe(0);
    });

    it('remembers the last delivery of all', async () => {
      const { store, queueId, lastDeliveredAt } = await setup();
      expect(await lastDeliveredAt()).toBe(undefined);
      for (const [seconds, expected] of [
        [5, 5],
        [3, 5],
        [7, 7],
      ]) {
        const report = queueReport(queueId, { lastDeliveredAt: at(seconds) });
        const folded = [toFold(report), toFold(queueReport(queueId))];
        await store.report('r1', { ...NOTHING, at: at(9), folded });
        expect(await lastDeliveredAt()).toBe(at(expected));
      }
    });

    it('buries a dead replica once, whoever notices', async () => {
      const { store, queueId, baseOf } = await setup();
      const report = queueReport(queueId, { counters: counters(7, 3) });
      await store.report('r1', { ...NOTHING, at: at(1), changed: [report] });
      const removed = await Promise.all(
        [1, 2, 3].map(() => store.removeDead(at(10))),
      );
      expect(removed.flat()).toEqual(['r1']);
      expect(await baseOf()).toMatchObject({ delivered: 7 });
      expect((await store.reportsOf([queueId], at(0))).size).toBe(0);
      // It was not dead, only slow: it learns what happened.
      expect(
        await store.report('r1', { ...NOTHING, at: at(11), changed: [report] }),
      ).toBe(false);
      await store.remove('r1');
      expect(await baseOf()).toMatchObject({ delivered: 7 });
    });

    it('keeps the counters of a replica that leaves', async () => {
      const { store, queueId, baseOf } = await setup();
      const report = queueReport(queueId, { counters: counters(7, 3) });
      await store.report('r1', { ...NOTHING, at: at(1), changed: [report] });
      await store.remove('r1');
      expect(await baseOf()).toMatchObject({ delivered: 7 });
      expect(await store.listLive(at(0))).toEqual([]);
    });

    it('knows whether a replica that lives reports a queue, or one of a connection', async () => {
      const { store, queueId } = await setup();
      const connectionId = connectionRecord().id;
      const areReported = (since: string) =>
        Promise.all([
          store.isReported({ queueId }, since),
          store.isReported({ connectionId }, since),
        ]);
      expect(await areReported(at(0))).toEqual([false, false]);
      const changed = [queueReport(queueId)];
      await store.report('r1', { ...NOTHING, at: at(1), changed });
      expect(await areReported(at(1))).toEqual([true, true]);
      expect(await areReported(at(2))).toEqual([false, false]);
      expect(await store.isReported({ queueId: 'q2' }, at(0))).toBe(false);
      expect(await store.isReported({ connectionId: 'c2' }, at(0))).toBe(false);
    });

    it('says nothing of queues that were not asked for', async () => {
      const { store, queueId } = await setup();
      const changed = [queueReport(queueId), queueReport('another')];
      await store.report('r1', { ...NOTHING, at: at(1), changed });
      expect([...(await store.reportsOf(['another'], at(0))).keys()]).toEqual([
        'another',
      ]);
    });
  });
});
