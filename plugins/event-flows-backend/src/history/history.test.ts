import { TestDatabases } from '@backstage/backend-test-utils';
import type { QueueStatus } from '@event-flows/backstage-plugin-event-flows-common';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import {
  APPROVAL,
  at,
  connectionRecord,
  counters,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { AttemptsKeeper } from './AttemptsKeeper';
import { KnexAttemptsStore } from './AttemptsStore';
import { historyOf } from './historyOf';
import { HistorySampler } from './HistorySampler';
import { PERIODS } from './periods';
import { KnexSamplesStore } from './SamplesStore';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

describe('histories of queues', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup() {
      const db = await openTestDatabase(databases, databaseId);
      await new KnexConnectionsStore(db).insert(connectionRecord());
      await new KnexAccessStore(db).replace({
        ...{ connectionId: connectionRecord().id, topic: 'orders' },
        entries: ['a', 'never'].map(name => ({
          algorithmRef: `component:default/${name}`,
          ...{ algorithmUid: name, apiType: 'subscriber' },
        })),
        ...{ revision: 0, by: 'user:default/ada', at: at(0) },
      });
      const queues = new KnexQueuesStore(db);
      const [queue] = await queues.list();
      await queues.enable(queue.id, {
        ...{ revision: 0, by: 'user:default/ada', at: at(0) },
        ...{ versionRef: 'latest', approval: APPROVAL },
        settings: defaultQueueSettings,
      });
      const store = new KnexSamplesStore(db);
      const attempts = new KnexAttemptsStore(db);
      let seconds = 0;
      let status: Pick<QueueStatus, 'lag' | 'counters'> = {
        ...{ lag: 0, counters: counters(0) },
      };
      const board = {
        statusOf: async (list: ReadonlyArray<{ id: string }>) =>
          new Map(
            list.map(({ id }): [string, QueueStatus] => [
              id,
              {
                ...{ phase: 'running', deliveredPerSecond: 0, replicas: 1 },
                ...status,
              },
            ]),
          ),
      };
      const now = () => Date.parse(at(seconds));
      const replica = () =>
        new HistorySampler({ queues, board, store, attempts, now });
      const replicas = [replica(), replica()];
      return {
        ...{ db, queue, queues, store, attempts, now },
        /** Both replicas look at this second. */
        look: async (second: number, seen: Partial<typeof status>) => {
          seconds = second;
          status = { ...status, ...seen };
          await Promise.all(replicas.map(sampler => sampler.run()));
        },
        hour: async () =>
          historyOf(
            await store.of(queue.id, 'hour', at(0)),
            await attempts.of(queue.id, 'hour', at(0)),
            { ...PERIODS.hour, untilMs: Date.parse(at(HOUR)) },
          ).points.slice(0, 4),
        /** A replica that counts what its engine observes. */
        counting: () => {
          const keeper = new AttemptsKeeper({ store: attempts, now });
          return async (
            second: number,
            failed: number,
            latencies: number[],
          ) => {
            seconds = second;
            keeper.add([
              {
                queueId: queue.id,
                attempts: { failed, latencies },
                receipts: [],
              },
            ]);
            await keeper.writeIfDue();
          };
        },
      };
    }

    it('say what was done in each minute, and where nobody looked', async () => {
      const { look, hour } = await setup();
      await look(3, { lag: 9, counters: counters(100) });
      await look(MINUTE + 1, { lag: 5, counters: counters(160, 0, 6) });
      await look(3 * MINUTE, { lag: 7, counters: counters(170, 0, 6) });
      await look(4 * MINUTE, { lag: 0, counters: counters(290, 0, 6) });
      const unmeasured = { latencyP50Ms: null, latencyP99Ms: null };
      expect(await hour()).toEqual([
        {
          ...{ at: at(MINUTE), lag: 5, failedPerSecond: 0, ...unmeasured },
          ...{ deliveredPerSecond: 1, deadLetteredPerSecond: 0.1 },
        },
        {
          ...{ at: at(2 * MINUTE), lag: null },
          ...{ failedPerSecond: null, ...unmeasured },
          ...{ deliveredPerSecond: null, deadLetteredPerSecond: null },
        },
        {
          ...{ at: at(3 * MINUTE), lag: 7 },
          ...{ failedPerSecond: null, ...unmeasured },
          ...{ deliveredPerSecond: null, deadLetteredPerSecond: null },
        },
        {
          ...{ at: at(4 * MINUTE), lag: 0, failedPerSecond: 0, ...unmeasured },
          ...{ deliveredPerSecond: 2, deadLetteredPerSecond: 0 },
        },
      ]);
    });

    it('say how requests ended, on all replicas together', async () => {
      const { counting, hour } = await setup();
      const [one, other] = [counting(), counting()];
      // Buckets are of a millisecond each, at first.
      await one(1, 3, [0, 0, 8]);
      await other(5, 0, [1]);
      await one(59, 3, [0, 0, 0, 1]);
      // Written when the minute is over.
      expect(await hour()).toMatchObject(Array(4).fill({ latencyP50Ms: null }));
      await one(MINUTE, 0, [0, 5]);
      await other(MINUTE + 2, 0, []);
      expect((await hour())[0]).toMatchObject({
        ...{ failedPerSecond: 0.1, latencyP50Ms: 2, latencyP99Ms: 3 },
      });
      await one(2 * MINUTE, 0, []);
      expect((await hour())[1]).toMatchObject({
        ...{ failedPerSecond: 0, latencyP50Ms: 1, latencyP99Ms: 1 },
      });
    });

    it('of a day tell what a step has come to so far', async () => {
      const { counting, attempts, queue } = await setup();
      const note = counting();
      const day = () => attempts.of(queue.id, 'day', at(0));
      await note(1, 2, [1]);
      await note(MINUTE, 1, [1]);
      await note(2 * MINUTE, 0, []);
      const step = { at: at(15 * MINUTE), failed: 3, latencies: [2] };
      expect(await day()).toMatchObject([step]);
      await note(15 * MINUTE, 5, [0, 1]);
      await note(16 * MINUTE, 0, []);
      expect(await day()).toMatchObject([
        ...[step, { at: at(30 * MINUTE), failed: 5, latencies: [0, 1] }],
      ]);
    });

    it('never say less than nothing', async () => {
      const { look, hour } = await setup();
      await look(0, { counters: counters(100) });
      await look(MINUTE, { counters: counters(40) });
      expect((await hour())[0]).toMatchObject({ deliveredPerSecond: 0 });
    });

    it('end, so that the database does not grow', async () => {
      const { db, look, counting } = await setup();
      const note = counting();
      for (let minute = 0; minute < 26 * 60; minute += 5) {
        await note(minute * MINUTE, 1, [1]);
        await look(minute * MINUTE, {});
      }
      expect(await db('queue_attempts').where({ period: 'hour' })).toHaveLength(
        13,
      );
      // A day and a step, and the step that is not over.
      expect(await db('queue_attempts').where({ period: 'day' })).toHaveLength(
        99,
      );
      const count = async (period: string) =>
        Number(
          (await db('queue_samples').where({ period }).count({ n: '*' }))[0].n,
        );
      // An hour and a step, of what was looked at every five minutes.
      expect(await count('hour')).toBe(13);
      // A day and a step, in quarters of an hour.
      expect(await count('day')).toBe(98);
      // Both replicas look 312 times, one after the other.
    }, 60_000);

    it('are of queues that ran, and go with them', async () => {
      const { db, look, queue, store } = await setup();
      await look(0, {});
      const ids = await db('queue_samples').distinct().pluck('queue_id');
      expect(ids).toEqual([queue.id]);
      await db('queues').where({ id: queue.id }).delete();
      expect(await db('queue_samples')).toEqual([]);
      await store.add('hour', [
        {
          ...{ queueId: queue.id, at: at(0) },
          ...{ delivered: 0, deadLettered: 0, lag: 0 },
        },
      ]);
      expect(await db('queue_samples')).toEqual([]);
    });
  });
});
