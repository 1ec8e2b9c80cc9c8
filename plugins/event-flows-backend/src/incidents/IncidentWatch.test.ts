import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import {
  defaultQueueSettings,
  type PauseClock,
  type QueueStatus,
} from '@event-flows/backstage-plugin-event-flows-common';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { Clock } from '../__testUtils__/replica';
import {
  APPROVAL,
  connectionRecord,
  counters,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import {
  type PauseClockReader,
  StoredPauseClocks,
} from '../pauseClocks/PauseClockReader';
import { KnexPauseClocksStore } from '../pauseClocks/PauseClocksStore';
import { CONFIRM_MS } from './incident';
import { KnexIncidentsStore } from './IncidentsStore';
import { IncidentWatch } from './IncidentWatch';
import { OwnerNotifier } from './OwnerNotifier';

const by = 'user:default/ada';

describe('IncidentWatch', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup(replicaCount = 2) {
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
        approval: APPROVAL,
        settings: {
          ...{ ...defaultQueueSettings, lagAlert: 1000, ageAlertMs: 600_000 },
        },
      });
      const sent: Array<{ title: string; description?: string }> = [];
      // What a queue is like is the engine's matter: here the test says so.
      const now: { status: Partial<QueueStatus>; clock?: PauseClock } = {
        status: {},
      };
      let refused = 0;
      let sends = 0;
      /** What is stored, instead of what the test says. */
      const stored: { clocks?: PauseClockReader } = {};
      const replica = () =>
        new IncidentWatch({
          queues,
          board: {
            statusOf: async asked =>
              new Map(
                asked.map(queue => [
                  queue.id,
                  {
                    ...{ phase: 'running', lag: 0, deliveredPerSecond: 0 },
                    ...{ replicas: 2, counters: counters(0) },
                    ...now.status,
                  },
                ]),
              ),
          },
          clocks: {
            clocksOf: async (asked, statuses) =>
              stored.clocks?.clocksOf(asked, statuses) ??
              new Map(
                asked.flatMap(queue =>
                  now.clock ? [[queue.id, now.clock]] : [],
                ),
              ),
            outdatedOf: async (asked, statuses) =>
              stored.clocks?.outdatedOf(asked, statuses) ?? new Set(),
          },
          store: new KnexIncidentsStore(db),
          notifier: new OwnerNotifier({
            notifications: {
              send: async ({ payload }) => {
                sends += 1;
                if (refused > 0) {
                  refused -= 1;
                  throw new Error('not now');
                }
                sent.push(payload);
              },
            },
            logger: mockServices.logger.mock(),
          }),
          now: clock.now,
        });
      const replicas = Array.from({ length: replicaCount }, replica);
      return {
        ...{ db, id, queues, sent, at, stored },
        /** The portal does not take the next so many; how often it was asked since. */
        refuse: (count: number) => {
          refused = count;
          sends = 0;
          return () => sends;
        },
        /** All replicas look at once, and again when trouble has lasted. */
        see: async (status: Partial<QueueStatus>, pauseClock?: PauseClock) => {
          now.status = status;
          now.clock = pauseClock;
          for (const ms of [0, CONFIRM_MS]) {
            clock.forward(ms);
            await Promise.all(replicas.map(each => each.run()));
          }
          return sent.splice(0);
        },
      };
    }

    it('tells the owner once of each incident and of its end, whatever the replicas', async () => {
      const { see } = await setup();
      expect(await see({})).toEqual([]);
      const reason =
        'partition 2, offset 8,812: 422 from algorithms.example.com';
      expect(await see({ phase: 'blocked', reason, lag: 7 })).toEqual([
        {
          title: 'The queue orders of a is blocked',
          description: `P${reason.slice(1)}. Try the record again, skip it or dead-letter it at the queue; the records that must come after it wait in orders of orders cluster.`,
          severity: 'high',
          link: expect.stringMatching(
            /^\/queue-manager\/queues\/[0-9a-f-]{36}$/,
          ),
          scope: expect.stringMatching(/^event-flows:incident:/),
        },
      ]);
      expect(await see({ phase: 'blocked', reason })).toEqual([]);
      expect(await see({ lag: 1234 })).toMatchObject([
        { title: 'The queue orders of a is behind: 1,234 records wait' },
      ]);
      expect(await see({ lag: 12 })).toMatchObject([
        { title: 'The queue orders of a delivers again', severity: 'low' },
      ]);
      expect(await see({})).toEqual([]);
    });

    it('tells the owner when a record waits for longer than they chose', async () => {
      const { see, at } = await setup();
      const oldestWaitingAt = at();
      expect(await see({ lag: 3, oldestWaitingAt })).toEqual([]);
      const old = new Date(Date.parse(at()) - 600_000).toISOString();
      expect(await see({ lag: 3, oldestWaitingAt: old })).toMatchObject([
        {
          title: `The queue orders of a is behind: its oldest record is of ${old.slice(0, 16).replace('T', ' ')} UTC`,
          description: expect.stringContaining(
            'a record that waits in orders of orders cluster is older than 10 min, by its own timestamp',
          ),
          severity: 'normal',
        },
      ]);
      expect(await see({ lag: 0 })).toMatchObject([
        { title: 'The queue orders of a delivers again' },
      ]);
    });

    it('tells the owner when unread records are deleted, and when they are not any more', async () => {
      const { see, queues, id, db, at } = await setup();
      await queues.disable(id, { revision: 1, by, at: at() });
      const clock = {
        ...{ deletedFrom: at(), retentionMs: 1, deleted: 0 },
        isSizeLimited: false,
      };
      const stopped = { phase: 'stopped' as const, lag: 3 };
      const [told, ...others] = await see(stopped, clock);
      expect(others).toEqual([]);
      expect(told).toMatchObject({
        title:
          'The queue orders of a: the topic will soon delete unread records',
        description: expect.stringContaining(
          `From ${clock.deletedFrom.slice(0, 10)}`,
        ),
        severity: 'critical',
      });
      expect(await see(stopped, { ...clock, deleted: 1_204 })).toEqual([]);
      expect(await see(stopped)).toMatchObject([
        {
          title:
            'The queue orders of a: the topic deletes no unread records any more',
        },
      ]);
      expect(await db('queue_incidents').select()).toEqual([]);
    });

    it('tells again what the portal did not take, and not for ever', async () => {
      // Each counts its own tries: of two, either may be the one that looks.
      const { see, refuse } = await setup(1);
      const blocked = { phase: 'blocked', reason: 'x' } as const;
      refuse(1);
      expect(await see(blocked)).toEqual([]);
      expect(await see(blocked)).toHaveLength(1);
      expect(await see(blocked)).toEqual([]);
      refuse(1);
      expect(await see({})).toEqual([]);
      expect(await see({})).toHaveLength(1);
      // A portal without notifications.
      const asked = refuse(1_000);
      for (let looks = 0; looks < 5; looks += 1) {
        expect(await see(blocked)).toEqual([]);
      }
      expect(asked()).toBe(3);
    });

    it('goes on while nobody has looked what a queue loses that was changed', async () => {
      const { db, id, queues, sent, at, see, stored } = await setup();
      const store = new KnexPauseClocksStore(db);
      const clocks = new StoredPauseClocks(store);
      const revisionOf = async () => (await queues.get(id))?.revision ?? 0;
      const blocked = { phase: 'blocked', reason: 'x', lag: 7 } as const;
      const clock = {
        ...{ deletedFrom: at(), retentionMs: 1_000 },
        ...{ deleted: 3, isSizeLimited: false },
      };
      await store.save({ id, revision: await revisionOf() }, clock);
      stored.clocks = clocks;
      expect(await see(blocked)).toMatchObject([{ severity: 'critical' }]);

      await queues.disable(id, { revision: await revisionOf(), by, at: at() });
      expect(await see({ phase: 'stopped', lag: 7 })).toEqual([]);
      expect(await see({ phase: 'stopped', lag: 7 })).toEqual([]);
      // Somebody has looked: it loses nothing any more.
      await store.save({ id, revision: await revisionOf() }, undefined);
      expect(await see({ phase: 'stopped', lag: 7 })).toHaveLength(1);
      expect(sent).toEqual([]);
    });

    it('has nothing to tell of a queue that somebody disables or deletes', async () => {
      const { see, queues, id, db, at } = await setup();
      expect(await see({ phase: 'paused' })).toHaveLength(1);
      await queues.disable(id, { revision: 1, by, at: at() });
      expect(await see({ phase: 'stopped' })).toEqual([]);
      expect(await db('queue_incidents').select()).toEqual([]);
      const store = new KnexIncidentsStore(db);
      const incident = { kind: 'paused' as const, since: at() };
      expect(await store.replace('gone', undefined, incident)).toBe(false);
    });
  });
});
