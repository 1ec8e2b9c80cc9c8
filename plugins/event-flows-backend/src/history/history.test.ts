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
      const replica = () => new HistorySampler({ queues, board, store, now });
      const replicas = [replica(), replica()];
      return {
        ...{ db, queue, queues, store },
        /** Both replicas look at this second. */
        look: async (second: number, seen: Partial<typeof status>) => {
          seconds = second;
          status = { ...status, ...seen };
          await Promise.all(replicas.map(sampler => sampler.run()));
        },
        hour: async () =>
          historyOf(await store.of(queue.id, 'hour', at(0)), {
            ...PERIODS.hour,
            untilMs: Date.parse(at(HOUR)),
          }).points.slice(0, 4),
      };
    }

    it('say what was done in each minute, and where nobody looked', async () => {
      const { look, hour } = await setup();
      await look(3, { lag: 9, counters: counters(100) });
      await look(MINUTE + 1, { lag: 5, counters: counters(160, 0, 6) });
      await look(3 * MINUTE, { lag: 7, counters: counters(170, 0, 6) });
      await look(4 * MINUTE, { lag: 0, counters: counters(290, 0, 6) });
      expect(await hour()).toEqual([
        {
          ...{ at: at(MINUTE), lag: 5 },
          ...{ deliveredPerSecond: 1, deadLetteredPerSecond: 0.1 },
        },
        {
          ...{ at: at(2 * MINUTE), lag: null },
          ...{ deliveredPerSecond: null, deadLetteredPerSecond: null },
        },
        {
          ...{ at: at(3 * MINUTE), lag: 7 },
          ...{ deliveredPerSecond: null, deadLetteredPerSecond: null },
        },
        {
          ...{ at: at(4 * MINUTE), lag: 0 },
          ...{ deliveredPerSecond: 2, deadLetteredPerSecond: 0 },
        },
      ]);
    });

    it('never say less than nothing', async () => {
      const { look, hour } = await setup();
      await look(0, { counters: counters(100) });
      await look(MINUTE, { counters: counters(40) });
      expect((await hour())[0]).toMatchObject({ deliveredPerSecond: 0 });
    });

    it('end, so that the database does not grow', async () => {
      const { db, look } = await setup();
      for (let minute = 0; minute < 26 * 60; minute += 5) {
        await look(minute * MINUTE, {});
      }
      const count = async (period: string) =>
        Number(
          (await db('queue_samples').where({ period }).count({ n: '*' }))[0].n,
        );
      // An hour and a step, of what was looked at every five minutes.
      expect(await count('hour')).toBe(13);
      // A day and a step, in quarters of an hour.
      expect(await count('day')).toBe(98);
    });

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
