import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueReport } from '@event-flows/engine';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexIncidentsStore } from '../incidents/IncidentsStore';
import { IncidentWatch } from '../incidents/IncidentWatch';
import { OwnerNotifier } from '../incidents/OwnerNotifier';
import { StoredPauseClocks } from '../pauseClocks/PauseClockReader';
import { KnexPauseClocksStore } from '../pauseClocks/PauseClocksStore';
import { KnexPositionsStore } from '../queues/PositionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { KnexReplicasStore } from '../reconcile/ReplicasStore';
import { StatusBoard } from '../reconcile/StatusBoard';
import {
  APPROVAL,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
  queueReport,
} from '../__testUtils__/records';
import { Clock, reporterOn } from '../__testUtils__/replica';
import { KnexStallsStore } from './StallsStore';
import { StallWatch } from './StallWatch';

const by = 'user:default/ada';
const LOOK_MS = 15_000;
const MINUTE = 60_000;
const REASON = '503 from algorithms.example.com';

/** From what a replica reports to what the owner is told. */
describe('a queue that delivers nothing', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup() {
      const db = await openTestDatabase(databases, databaseId);
      await new KnexConnectionsStore(db).insert(connectionRecord());
      const clock = new Clock();
      const at = () => new Date(clock.now()).toISOString();
      await new KnexAccessStore(db).replace({
        connectionId: connectionRecord().id,
        topic: 'orders',
        entries: [
          { algorithmRef: 'component:default/a', apiType: 'subscriber' },
        ],
        ...{ revision: 0, by, at: at() },
      });
      const queues = new KnexQueuesStore(db);
      const [{ id }] = await queues.list();
      await queues.enable(id, {
        ...{ revision: 0, by, at: at(), versionRef: 'latest' },
        ...{ approval: APPROVAL, settings: defaultQueueSettings },
      });
      const board = new StatusBoard({
        store: new KnexReplicasStore(db),
        positions: new KnexPositionsStore(db),
        stalledAfterMs: 10 * MINUTE,
        now: clock.now,
      });
      const clocksStore = new KnexPauseClocksStore(db);
      const clocks = new StoredPauseClocks(clocksStore);
      const stalls = new StallWatch({
        ...{ queues, board, store: new KnexStallsStore(db), now: clock.now },
      });
      const sent: Array<{ title: string; description?: string }> = [];
      const incidents = new IncidentWatch({
        ...{ queues, board, clocks, store: new KnexIncidentsStore(db) },
        notifier: new OwnerNotifier({
          notifications: {
            send: async ({ payload }) => void sent.push(payload),
          },
          logger: mockServices.logger.mock(),
        }),
        now: clock.now,
      });
      const reporter = reporterOn(db, clock);
      const status = async () => {
        const all = await queues.list();
        const statuses = await board.statusOf(all);
        return {
          status: statuses.get(id),
          pauseClock: (await clocks.clocksOf(all, statuses)).get(id),
        };
      };
      return {
        ...{ id, queues, at, clocksStore, status },
        /**
         * Looks as often as the backend does, while a replica reports this;
         * undefined: there is none. What the owner is told meanwhile.
         */
        pass: async (
          forMs: number,
          report?: Partial<QueueReport>,
        ): Promise<Array<{ title: string; description?: string }>> => {
          for (let ms = 0; ms < forMs; ms += LOOK_MS) {
            clock.forward(LOOK_MS);
            if (report) {
              await reporter.publish([queueReport(id, report)], 1);
            }
            await stalls.run();
            await incidents.run();
          }
          return sent.splice(0);
        },
      };
    }

    const partitions = [{ partition: 0, phase: 'running' as const, lag: 7 }];
    const waiting = { lag: 7, partitions };
    const down = { ...waiting, phase: 'retrying' as const, reason: REASON };

    it('is told once when that has lasted, and is over when it delivers', async () => {
      const { pass, status, at } = await setup();
      expect(await pass(MINUTE, waiting)).toEqual([]);
      expect(await pass(10 * MINUTE, down)).toEqual([]);
      const told = await pass(MINUTE, down);
      expect(told).toEqual([
        {
          title: 'The queue orders of a delivers nothing',
          description: expect.stringMatching(
            /^It has delivered nothing since 20\d\d-\d\d-\d\d \d\d:\d\d UTC, and tries again by itself: 503 from algorithms\.example\.com\. See whether the endpoint is up .* Its records wait in orders of orders cluster\.$/,
          ),
          severity: 'high',
          link: expect.stringMatching(/^\/queue-manager\/queues\//),
          scope: expect.stringMatching(/^event-flows:incident:/),
        },
      ]);
      expect((await status()).status?.stalledSince).toMatch(/^20/);
      expect(await pass(30 * MINUTE, down)).toEqual([]);

      // It runs, and nothing says yet that the endpoint takes anything.
      expect(await pass(5 * MINUTE, waiting)).toEqual([]);
      const delivers = { ...waiting, lastDeliveredAt: at() };
      expect(await pass(MINUTE, delivers)).toMatchObject([
        { title: 'The queue orders of a delivers again' },
      ]);
      expect((await status()).status).not.toHaveProperty('stalledSince');
    });

    it('is told of one that gets no consumers', async () => {
      const { pass } = await setup();
      expect(await pass(10 * MINUTE)).toEqual([]);
      expect(await pass(MINUTE)).toMatchObject([
        {
          title: 'The queue orders of a delivers nothing',
          description: expect.stringContaining('eventFlows.consumers.enabled'),
        },
      ]);
    });

    it('is not told of an endpoint that fails for a while again and again', async () => {
      const { pass, at } = await setup();
      for (let times = 0; times < 3; times++) {
        expect(await pass(9 * MINUTE, down)).toEqual([]);
        const lastDeliveredAt = at();
        expect(await pass(MINUTE, { ...waiting, lastDeliveredAt })).toEqual([]);
      }
      // One record gets through now and then.
      for (let times = 0; times < 3; times++) {
        const lastDeliveredAt = at();
        expect(await pass(9 * MINUTE, { ...down, lastDeliveredAt })).toEqual(
          [],
        );
      }
    });

    it('shows when its unread records are deleted, and warns of it', async () => {
      const { pass, status, clocksStore, id, at } = await setup();
      const clock = {
        ...{ deletedFrom: at(), retentionMs: MINUTE, deleted: 0 },
        isSizeLimited: false,
      };
      await pass(MINUTE, down);
      await clocksStore.save({ id, revision: 1 }, clock);
      expect((await status()).pauseClock).toBe(undefined);
      expect(await pass(11 * MINUTE, down)).toMatchObject([
        {
          title:
            'The queue orders of a: the topic will soon delete unread records',
        },
      ]);
      expect((await status()).pauseClock).toEqual(clock);
      expect(await pass(30 * MINUTE, down)).toEqual([]);
    });

    it('is none any more when somebody disables it', async () => {
      const { pass, queues, id, at, status } = await setup();
      expect(await pass(11 * MINUTE, down)).toHaveLength(1);
      await queues.disable(id, { revision: 1, by, at: at() });
      expect(await pass(MINUTE)).toEqual([]);
      expect(await queues.get(id)).not.toHaveProperty('stalledSince');
      expect((await status()).status).not.toHaveProperty('stalledSince');
    });
  });
});
