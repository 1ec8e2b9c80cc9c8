import { TestDatabases } from '@backstage/backend-test-utils';
import {
  at,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { QueueGate } from '../queues/QueueGate';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { KnexAttemptsStore } from './AttemptsStore';
import { HistoryService } from './HistoryService';
import { type Sample, KnexSamplesStore } from './SamplesStore';
import { trendOf } from './trendOf';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

/** When somebody looked at a queue, and what they saw. */
type Look = [minute: number, delivered: number, lag: number];

const looks = (queueId: string, ...seen: Look[]): Sample[] =>
  seen.map(([minute, delivered, lag]) => ({
    ...{ queueId, at: at(minute * MINUTE), delivered, lag, deadLettered: 0 },
  }));

describe('trends of queues', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup() {
      const db = await openTestDatabase(databases, databaseId);
      await new KnexConnectionsStore(db).insert(connectionRecord());
      await new KnexAccessStore(db).replace({
        ...{ connectionId: connectionRecord().id, topic: 'orders' },
        entries: ['busy', 'hidden', 'idle'].map(name => ({
          algorithmRef: `component:default/${name}`,
          ...{ algorithmUid: name, apiType: 'subscriber' },
        })),
        ...{ revision: 0, by: 'user:default/ada', at: at(0) },
      });
      const queues = new KnexQueuesStore(db);
      const [busy, hidden, idle] = (await queues.list()).map(({ id }) => id);
      const authorizer = {
        filterPermissions: async () => new Set<string>(),
        filterAlgorithms: async (
          _credentials: unknown,
          _permission: unknown,
          refs: readonly string[],
        ) => new Set(refs.filter(ref => ref !== 'component:default/hidden')),
      };
      const store = new KnexSamplesStore(db);
      const history = new HistoryService({
        gate: new QueueGate({ store: queues, authorizer }),
        store,
        attempts: new KnexAttemptsStore(db),
        // The minute is not over.
        now: () => Date.parse(at(HOUR + 30)),
      });
      return {
        ...{ db, busy, hidden, idle, store },
        trends: (...queueIds: string[]) =>
          history.trends({} as never, { value: { queueIds } }),
      };
    }

    it('are of the last hour, in thirty steps', async () => {
      const { busy, store, trends } = await setup();
      await store.add(
        'hour',
        looks(
          busy,
          ...[0, 1, 2, 58, 59, 60].map((minute): Look => [
            ...([minute, minute * 120, minute] as const),
          ]),
        ),
      );
      // Another history, and what is older than this one.
      await store.add('day', looks(busy, [15, 9_000_000, 9_000]));
      await store.add('hour', looks(busy, [-1, 0, 9_000]));
      const { items, ...rest } = await trends(busy);
      expect(rest).toEqual({ stepMs: 2 * MINUTE * 1_000, until: at(HOUR) });
      const unknown = Array(28).fill(null);
      expect(items).toEqual([
        {
          queueId: busy,
          deliveredPerSecond: [2, ...unknown, 2],
          lag: [2, ...unknown.slice(1), 58, 60],
        },
      ]);
    });

    it('are of queues that the caller may see, in one query', async () => {
      const { db, busy, hidden, idle, store, trends } = await setup();
      await store.add('hour', [
        ...looks(busy, [59, 0, 1], [60, 60, 1]),
        ...looks(hidden, [59, 0, 1], [60, 60, 1]),
      ]);
      const queries: string[] = [];
      db.on('query', ({ sql }: { sql: string }) => queries.push(sql));
      const { items } = await trends(idle, hidden, UNKNOWN_ID, busy, busy);
      expect(items.map(({ queueId }) => queueId)).toEqual([busy, idle]);
      expect(items[0].deliveredPerSecond.at(-1)).toBe(1);
      // Nobody has ever looked at it.
      const unknown = Array(30).fill(null);
      expect(items[1]).toMatchObject({
        ...{ deliveredPerSecond: unknown, lag: unknown },
      });
      expect(queries.filter(sql => sql.includes('queue_samples'))).toHaveLength(
        1,
      );
    });

    it('are of nothing where there is nothing to see', async () => {
      const { hidden, trends } = await setup();
      expect(await trends(hidden, UNKNOWN_ID)).toMatchObject({ items: [] });
    });
  });
});

describe('a trend', () => {
  const last = (...seen: Look[]) => {
    const trend = trendOf(looks('q', ...seen), Date.parse(at(HOUR)));
    return [trend.deliveredPerSecond.at(-1), trend.lag.at(-1)];
  };

  it('bridges looks that are missing, and says where there were too few', () => {
    expect(last([58, 0, 9], [60, 240, 3])).toEqual([2, 3]);
    expect(last([58, 0, 9], [59, 240, 7])).toEqual([4, 7]);
    expect(last([58, 0, 9])).toEqual([null, null]);
    expect(last([59, 0, 9])).toEqual([null, 9]);
    expect(last()).toEqual([null, null]);
  });

  it('shows the highest lag, and never less than nothing', () => {
    expect(last([58, 0, 100], [59, 60, 80], [60, 120, 3])).toEqual([1, 80]);
    expect(last([59, 100, 0], [60, 40, 0])).toEqual([0, 0]);
  });
});
