import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { randomBytes } from 'node:crypto';
import type { Entity } from '@backstage/catalog-model';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueReport } from '@event-flows/engine';
import { waitUntil } from '@event-flows/testbed';
import { KnexAccessStore } from '../access/AccessStore';
import { sealSecrets } from '../connections/BrokerAccessReader';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { SecretBox } from '../secrets/SecretBox';
import { algorithm, algorithmVersion } from '../__testUtils__/entities';
import {
  Clock,
  reporterOn,
  startReplica,
  TEST_BOX,
} from '../__testUtils__/replica';
import {
  APPROVAL,
  at,
  connectionRecord,
  counters,
  DATABASE_IDS,
  openTestDatabase,
  queueReport,
} from '../__testUtils__/records';
import { KnexDecisionsStore } from '../queues/DecisionsStore';
import { KnexPositionsStore } from '../queues/PositionsStore';
import type { Reconciler } from './Reconciler';
import { KnexReplicasStore } from './ReplicasStore';
import { REPLICA_DEAD_AFTER_MS, StatusBoard } from './StatusBoard';
import { StatusReporter } from './StatusReporter';

// A database of its own for each, and some wait for what does not come.
jest.setTimeout(30_000);

const by = 'user:default/ada';

/** What a replica reports that holds one partition. */
function holds(partition: number, lag: number) {
  return {
    lag,
    partitions: [{ partition, lag, position: '7', phase: 'running' as const }],
  };
}

function until(what: string, condition: () => boolean | Promise<boolean>) {
  return waitUntil(condition, { what, timeoutMs: 8000 });
}

describe('Reconciler', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });
  const started: Reconciler[] = [];

  afterEach(async () => {
    await Promise.all(started.splice(0).map(reconciler => reconciler.close()));
  });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup(
      entities: Entity[] = [algorithm('a'), algorithmVersion('a', '1.0.0')],
    ) {
      const db = await openTestDatabase(databases, databaseId);
      const connections = new KnexConnectionsStore(db);
      await connections.insert(
        connectionRecord({
          sasl: { mechanism: 'scram-sha-512', username: 'app' },
          sealedSecrets: sealSecrets(
            {
              id: connectionRecord().id,
              brokers: [],
              sasl: {
                mechanism: 'scram-sha-512',
                username: 'app',
                password: 'secret',
              },
            },
            TEST_BOX,
          ),
        }),
      );
      await new KnexAccessStore(db).replace({
        connectionId: connectionRecord().id,
        topic: 'orders',
        entries: [
          { algorithmRef: 'component:default/a', apiType: 'subscriber' },
        ],
        revision: 0,
        by,
        at: new Date().toISOString(),
      });
      const queues = new KnexQueuesStore(db);
      const [{ id: queueId }] = await queues.list();
      const clock = new Clock();
      const board = new StatusBoard({
        store: new KnexReplicasStore(db),
        positions: new KnexPositionsStore(db),
        stalledAfterMs: 600_000,
        now: clock.now,
      });
      const change = (revision: number) => ({
        revision,
        by,
        at: new Date(clock.now()).toISOString(),
      });
      return {
        db,
        clock,
        connections,
        queueId,
        queues,
        entities,
        enable: (revision: number, versionRef = 'latest') =>
          queues.enable(queueId, {
            ...change(revision),
            versionRef,
            approval: APPROVAL,
            settings: defaultQueueSettings,
          }),
        disable: (revision: number) =>
          queues.disable(queueId, change(revision)),
        status: async () => {
          const queue = await queues.get(queueId);
          return queue && (await board.statusOf([queue])).get(queueId);
        },
        replica: async () => {
          const replica = await startReplica(db, clock, entities);
          started.push(replica.reconciler);
          return replica;
        },
      };
    }

    it('runs what is enabled, with all that the engine needs', async () => {
      const { replica, enable, queueId } = await setup();
      const { engine, convergence } = await replica();
      expect(await convergence.waitFor(await enable(0))).toBe(true);
      expect(engine.running).toEqual([
        {
          id: queueId,
          connection: {
            id: connectionRecord().id,
            brokers: ['kafka.example.com:9092'],
            sasl: {
              mechanism: 'scram-sha-512',
              username: 'app',
              password: 'secret',
            },
          },
          topic: 'orders',
          groupId: `event-flows.${queueId}`,
          algorithmRef: 'component:default/a',
          target: {
            kind: 'version',
            versionRef: 'component:default/a-1-0-0',
            endpoint: 'https://algorithms.example.com/a/1.0.0',
          },
          settings: defaultQueueSettings,
          revision: 1,
          decisions: [],
          known: [],
          receipts: true,
        },
      ]);
    });

    it('leaves what it observed last, when it is closed', async () => {
      const { db, replica, enable } = await setup();
      const { engine, reconciler, convergence } = await replica();
      await convergence.waitFor(await enable(0));
      const { id: queueId } = engine.running[0];
      const receipt = {
        ...{ partition: 0, offset: '7', key: null, at: at(0) },
        ...{ attempt: 1, outcome: 'delivered' as const },
      };
      engine.observed = [
        {
          ...{ queueId, receipts: [receipt] },
          attempts: { failed: 2, latencies: [1] },
        },
      ];
      await reconciler.close();
      expect(await db('queue_receipts')).toMatchObject([
        { record_offset: '7' },
      ]);
      const attempts = await db('queue_attempts').orderBy('period');
      expect(attempts.map(({ failed }) => Number(failed))).toEqual([2, 2]);
    });

    it('tells when a queue is to do, or does, something else', async () => {
      const { replica, enable } = await setup();
      const { engine, reconciler, convergence } = await replica();
      const told = jest.fn();
      reconciler.onChanged(told);
      await convergence.waitFor(await enable(0));
      await until('the new wish', () => told.mock.calls.length > 0);
      const { id } = engine.running[0];
      engine.overrides.set(id, { phase: 'running', lag: 1 });
      await until('the phase', () => told.mock.calls.length > 1);
      const before = told.mock.calls.length;
      engine.overrides.set(id, { phase: 'blocked', lag: 1 });
      await until('the other phase', () => told.mock.calls.length > before);
      expect(told.mock.calls.length).toBeGreaterThan(before);
    });

    it('stops what is disabled, on every replica', async () => {
      const { replica, enable, disable } = await setup();
      const one = await replica();
      const two = await replica();
      await one.convergence.waitFor(await enable(0));
      expect(one.engine.running).toHaveLength(1);
      expect(two.engine.running).toHaveLength(1);
      expect(await one.convergence.waitFor(await disable(1))).toBe(true);
      expect(one.engine.running).toEqual([]);
      expect(two.engine.running).toEqual([]);
    });

    it('says so when a replica does not follow', async () => {
      const { replica, enable, disable } = await setup();
      const one = await replica();
      const two = await replica();
      await one.convergence.waitFor(await enable(0));
      let release = () => {};
      two.engine.gate = new Promise(resolve => {
        release = resolve;
      });
      const revision = await disable(1);
      expect(await one.convergence.waitFor(revision)).toBe(false);
      release();
      expect(await one.convergence.waitFor(revision)).toBe(true);
    });

    it('follows the next change while a queue is still being stopped', async () => {
      const { queueId, replica, enable, disable, status } = await setup();
      const { engine, convergence, onStopped } = await replica();
      await convergence.waitFor(await enable(0));
      engine.hanging.add(queueId);
      engine.overrides.set(queueId, { counters: counters(3, 1) });
      engine.finals.set(queueId, { counters: counters(4) });
      const revision = await disable(1);
      expect(await convergence.waitFor(revision)).toBe(true);
      expect(engine.running).toEqual([]);
      // What is under way is known as soon as the change is said to be followed.
      expect(await convergence.haveEnded({ queueId })).toBe(false);
      expect(await convergence.waitForEnd({ queueId }, 500)).toBe(false);
      expect(await status()).toMatchObject({
        reason: expect.stringContaining('Stopping'),
        counters: { delivered: 3, inFlight: 1 },
      });
      expect(await convergence.waitFor(await enable(2))).toBe(true);
      expect(engine.running).toHaveLength(1);
      expect(await convergence.waitFor(await disable(3))).toBe(true);
      expect(onStopped).not.toHaveBeenCalled();

      engine.hanging.clear();
      expect(await convergence.waitForEnd({ queueId })).toBe(true);
      await until('the word of it', () => onStopped.mock.calls.length === 1);
      expect(await status()).toMatchObject({ counters: { delivered: 4 } });
    });

    it('follows the catalog: a newer latest, then none', async () => {
      const { clock, entities, replica, enable } = await setup();
      const { engine, convergence, reconciler } = await replica();
      await convergence.waitFor(await enable(0));
      const target = () => engine.running[0].target;

      entities.push(algorithmVersion('a', '1.1.0'));
      clock.forward(10_000);
      reconciler.trigger();
      await until('the newer version', () =>
        JSON.stringify(target()).includes('a-1-1-0'),
      );

      entities.splice(1);
      clock.forward(10_000);
      reconciler.trigger();
      await until('no version', () => target().kind === 'unavailable');
      expect(target()).toMatchObject({
        reason: expect.stringContaining('no version in production'),
      });
    });

    it('does not call an endpoint that the operator does not allow', async () => {
      const { replica, enable } = await setup([
        algorithm('a'),
        algorithmVersion('a', '1.0.0', {
          endpoint: 'https://evil.example.com/a?token=1',
        }),
      ]);
      const { engine, convergence } = await replica();
      await convergence.waitFor(await enable(0, 'component:default/a-1-0-0'));
      const [{ target }] = engine.running;
      expect(target).toMatchObject({
        kind: 'unavailable',
        reason: expect.stringContaining('eventFlows.endpoints.allow'),
      });
      expect(JSON.stringify(target)).not.toContain('token');
    });

    it('fails the queue alone whose secrets do not open', async () => {
      const { connections, db, replica, enable, status } = await setup();
      await db('connections').update({
        secrets: new SecretBox([{ id: 'key', key: randomBytes(32) }]).seal(
          '{}',
          { table: 'connections', rowId: 'x', field: 'secrets' },
        ),
      });
      expect(await connections.list()).toHaveLength(1);
      const { engine, convergence } = await replica();
      expect(await convergence.waitFor(await enable(0))).toBe(true);
      expect(engine.running).toEqual([]);
      await until(
        'the failure',
        async () => (await status())?.phase === 'failed',
      );
      expect((await status())?.reason).toContain('eventFlows.secrets.keys');
    });

    it('goes on with the last list while the database is away', async () => {
      const { db, replica, enable, disable } = await setup();
      const { engine, convergence, logger } = await replica();
      await convergence.waitFor(await enable(0));
      await db.schema.renameTable('desired_state', 'away');
      await until('a failed look', () =>
        logger.warn.mock.calls.some(([message]) =>
          message.startsWith('Failed to follow the desired state, and'),
        ),
      );
      expect(engine.running).toHaveLength(1);
      await db.schema.renameTable('away', 'desired_state');
      await convergence.waitFor(await disable(1));
      expect(engine.running).toEqual([]);
    });

    it('adds up two replicas, and keeps what a dead one counted', async () => {
      const { db, clock, queueId, replica, enable, status } = await setup();
      const { engine, convergence } = await replica();
      await convergence.waitFor(await enable(0));
      engine.overrides.set(queueId, {
        counters: counters(10, 1),
        ...holds(0, 3),
      });
      // A replica that reports once and is never heard of again.
      const silent = reporterOn(db, clock);
      const silentReport = { counters: counters(5, 2), ...holds(1, 4) };
      await silent.publish([queueReport(queueId, silentReport)], 0);
      await until('both reports', async () => (await status())?.lag === 7);
      expect(await status()).toMatchObject({
        phase: 'running',
        replicas: 2,
        counters: { read: 18, delivered: 15, inFlight: 3 },
      });

      clock.forward(REPLICA_DEAD_AFTER_MS + 1);
      await until('the burial', async () => {
        const dead = await new KnexReplicasStore(db).listLive(at(0));
        return dead.length === 1;
      });
      expect(await status()).toMatchObject({
        counters: { read: 16, delivered: 15, inFlight: 1 },
        replicas: 1,
        lag: 3,
      });

      // It was only out of touch: what was credited is not counted twice.
      await silent.publish(
        [queueReport(queueId, { counters: counters(6, 1) })],
        0,
      );
      expect(await status()).toMatchObject({
        counters: { read: 18, delivered: 16, inFlight: 2 },
        replicas: 2,
      });
    });

    it('counts on when a queue begins anew, stops, or the replica leaves', async () => {
      const { db, clock, queueId, enable, status } = await setup();
      await enable(0);
      const reporter = reporterOn(db, clock);
      const report = (run: string, n: number) =>
        queueReport(queueId, { run, counters: counters(n) });
      const publish = (run: string, n: number) =>
        reporter.publish([report(run, n)], 0);
      const delivered = async () => (await status())?.counters.delivered;
      await publish('a', 5);
      await publish('b', 2);
      expect(await delivered()).toBe(7);
      await publish('b', 4);
      expect(await delivered()).toBe(9);
      await reporter.publish([], 0);
      expect(await delivered()).toBe(9);
      await publish('c', 1);
      expect(await delivered()).toBe(10);
      await reporter.retire();
      expect(await delivered()).toBe(10);
      expect(await status()).toMatchObject({ replicas: 0, phase: 'starting' });
    });

    it('counts what each run did in the end, once', async () => {
      const { db, clock, queueId, enable, status } = await setup();
      await enable(0);
      const reporter = reporterOn(db, clock);
      const report = (run: string, n: number) =>
        queueReport(queueId, { run, counters: counters(n) });
      const delivered = async () => (await status())?.counters.delivered;
      await reporter.publish([report('a', 5)], 0);
      reporter.conclude([report('a', 8)]);
      await reporter.publish([], 0);
      expect(await delivered()).toBe(8);
      // Runs that were never seen but in the end, and one that goes on.
      reporter.conclude([report('b', 3)]);
      reporter.conclude([report('c', 1)]);
      await reporter.publish([report('d', 4)], 0);
      expect(await delivered()).toBe(16);
      await reporter.publish([report('d', 4)], 0);
      expect(await delivered()).toBe(16);
      // Nobody was told the end of this one.
      await reporter.publish([report('e', 1)], 0);
      expect(await delivered()).toBe(17);
    });

    it('counts the end of a run once, also if others took the replica for dead', async () => {
      const { db, clock, queueId, enable, status } = await setup();
      await enable(0);
      const reporter = reporterOn(db, clock);
      const report = (run: string, n: number) =>
        queueReport(queueId, { run, counters: counters(n) });
      const delivered = async () => (await status())?.counters.delivered;
      const bury = async () => {
        clock.forward(REPLICA_DEAD_AFTER_MS + 1);
        await reporterOn(db, clock).removeDead();
      };
      await reporter.publish([report('a', 5)], 0);
      await bury();
      reporter.conclude([report('a', 8)]);
      await reporter.publish([report('b', 2)], 0);
      expect(await delivered()).toBe(10);
      await bury();
      await reporter.publish([report('c', 1)], 0);
      expect(await delivered()).toBe(11);
    });

    it('counts what ended once, also if the answer to a commit was lost', async () => {
      const { db, clock, queueId, enable, status } = await setup();
      await enable(0);
      const replicas = new KnexReplicasStore(db);
      const reporter = new StatusReporter({
        store: replicas,
        positions: new KnexPositionsStore(db),
        now: clock.now,
        logger: mockServices.logger.mock(),
      });
      const report = (run: string, n: number) =>
        queueReport(queueId, { run, counters: counters(n) });
      const delivered = async () => (await status())?.counters.delivered;
      await reporter.publish([report('a', 5)], 0);
      reporter.conclude([report('a', 8)]);
      // A real connection cannot be cut between a commit and its answer.
      const stored = jest.spyOn(replicas, 'report');
      stored.mockImplementationOnce(async (id, beat) => {
        await new KnexReplicasStore(db).report(id, beat);
        throw new Error('Connection terminated unexpectedly');
      });
      await expect(reporter.publish([], 0)).rejects.toThrow('terminated');
      reporter.conclude([report('b', 3)]);
      await reporter.publish([report('c', 1)], 0);
      expect(await delivered()).toBe(12);
      // The same where nothing was committed.
      reporter.conclude([report('c', 2)]);
      stored.mockRejectedValueOnce(new Error('Connection refused'));
      await expect(reporter.publish([], 0)).rejects.toThrow('refused');
      await reporter.publish([], 0);
      expect(await delivered()).toBe(13);
    });

    it('keeps positions, and those of a run that ended too', async () => {
      const { db, clock, queueId } = await setup();
      const positions = new KnexPositionsStore(db);
      const reporter = reporterOn(db, clock);
      const report = (...reached: string[]) =>
        queueReport(queueId, {
          partitions: reached.map((position, partition) => ({
            ...{ partition, position, phase: 'running' as const },
          })),
        });
      await reporter.publish([report('5', '9007199254740993')], 0);
      expect(await positions.of(queueId)).toMatchObject([
        { partition: 0, position: '5' },
        { partition: 1, position: '9007199254740993' },
      ]);
      const [{ at: savedAt }] = await positions.of(queueId);
      expect(Date.parse(savedAt)).toBeGreaterThan(clock.now() - 10_000);
      reporter.conclude([report('7')]);
      await reporter.publish([], 0);
      expect(await positions.of(queueId)).toMatchObject([
        { partition: 0, position: '7' },
        { partition: 1, position: '9007199254740993' },
      ]);
      // Of a queue that is gone meanwhile.
      await reporter.publish([{ ...report('1'), queueId: 'gone' }], 0);
      expect(await positions.of('gone')).toEqual([]);
    });

    it('hands decisions to the engine until they are carried out', async () => {
      const { db, clock, queueId, replica, enable } = await setup();
      const { engine, convergence } = await replica();
      await convergence.waitFor(await enable(0));
      const decisions = new KnexDecisionsStore(db);
      const revision = await decisions.add({
        ...{ queueId, partition: 2, offset: '8812', action: 'skip' as const },
        ...{ by, at: new Date(clock.now()).toISOString() },
      });
      expect(await convergence.waitFor(revision)).toBe(true);
      const [{ id }] = engine.running[0].decisions;
      expect(engine.running[0].decisions).toEqual([
        { id, partition: 2, offset: '8812', action: 'skip' },
      ]);
      engine.overrides.set(queueId, { decided: [id] });
      await until(
        'the end of the decision',
        () => engine.running[0].decisions.length === 0,
      );
      expect(await decisions.list()).toEqual(new Map());
    });

    it('forgets a decision that a run carried out before it ended', async () => {
      const { db, clock, queueId, replica, enable, disable } = await setup();
      const { engine, convergence } = await replica();
      await convergence.waitFor(await enable(0));
      const decisions = new KnexDecisionsStore(db);
      const revision = await decisions.add({
        ...{ queueId, partition: 2, offset: '8812', action: 'skip' as const },
        ...{ by, at: new Date(clock.now()).toISOString() },
      });
      expect(await convergence.waitFor(revision)).toBe(true);
      const [{ id }] = engine.running[0].decisions;
      engine.finals.set(queueId, { decided: [id] });
      await disable(1);
      await until(
        'the end of the decision',
        async () => (await decisions.list()).size === 0,
      );
    });

    it('keeps an imbalance of the counters, whatever becomes of the replica', async () => {
      const { db, clock, queueId, enable, status } = await setup();
      await enable(0);
      const reporter = reporterOn(db, clock);
      const publish = (delivered: number, read: number) =>
        reporter.publish(
          [
            queueReport(queueId, {
              counters: { ...counters(delivered, 1), read },
            }),
          ],
          0,
        );
      await publish(5, 7);
      expect((await status())?.counters).toMatchObject({
        read: 7,
        delivered: 5,
        inFlight: 1,
      });
      clock.forward(REPLICA_DEAD_AFTER_MS + 1);
      await reporterOn(db, clock).removeDead();
      // What was in flight is read again by somebody else.
      expect((await status())?.counters).toMatchObject({
        read: 6,
        delivered: 5,
        inFlight: 0,
      });
      // It was only out of touch.
      await publish(8, 10);
      expect((await status())?.counters).toMatchObject({
        read: 10,
        delivered: 8,
        inFlight: 1,
      });
      await reporter.publish([], 0);
      expect((await status())?.counters).toMatchObject({
        read: 9,
        delivered: 8,
        inFlight: 0,
      });
    });

    it('knows the last of a queue that nothing runs any more', async () => {
      const { db, clock, queueId, enable, disable, status } = await setup();
      await enable(0);
      const one = reporterOn(db, clock);
      const two = reporterOn(db, clock);
      const report = (
        partition: number,
        lag: number,
        seconds: number,
        overrides: Partial<QueueReport> = {},
      ) =>
        queueReport(queueId, {
          ...holds(partition, lag),
          lastDeliveredAt: at(seconds),
          ...overrides,
        });
      await one.publish([report(0, 3, 10)], 0);
      await two.publish([report(1, 5, 20)], 0);
      expect(await status()).toMatchObject({
        lag: 8,
        lastDeliveredAt: at(20),
      });

      await disable(1);
      // It holds no partition in the end, and says what it held.
      one.conclude([report(0, 2, 30, { lag: 0 })]);
      await one.publish([], 0);
      await two.publish([], 0);
      const last = { lag: 7, lastDeliveredAt: at(30) };
      expect(await status()).toMatchObject({ ...last, replicas: 0 });

      await enable(2);
      const starting = { run: 'second run', phase: 'starting' as const };
      await one.publish([queueReport(queueId, starting)], 0);
      expect(await status()).toMatchObject({ ...last, replicas: 1 });
      await one.publish([report(0, 1, 40, { run: 'second run' })], 0);
      expect(await status()).toMatchObject({
        lag: 1,
        lastDeliveredAt: at(40),
      });
    });

    it('knows the last of a queue whose replica was killed', async () => {
      const { db, clock, queueId, enable, status } = await setup();
      await enable(0);
      const silent = reporterOn(db, clock);
      await silent.publish(
        [
          queueReport(queueId, {
            ...holds(0, 4),
            lastDeliveredAt: at(5),
          }),
        ],
        0,
      );
      const last = { lag: 4, lastDeliveredAt: at(5), replicas: 0 };
      clock.forward(REPLICA_DEAD_AFTER_MS + 1);
      expect(await status()).toMatchObject(last);
      await reporterOn(db, clock).removeDead();
      expect(await status()).toMatchObject(last);
    });

    it('leaves in good order', async () => {
      const { db, queueId, replica, enable, status } = await setup();
      const { engine, convergence, reconciler } = await replica();
      await convergence.waitFor(await enable(0));
      engine.overrides.set(queueId, { counters: counters(3) });
      engine.finals.set(queueId, { counters: counters(4) });
      await reconciler.close();
      expect(engine.closed).toBe(true);
      expect(await new KnexReplicasStore(db).listLive(at(0))).toEqual([]);
      expect(await status()).toMatchObject({ counters: { delivered: 4 } });
    });

    it('leaves with the queue what a run has counted that has just ended', async () => {
      const { queueId, replica, enable, disable, status } = await setup();
      const { engine, convergence, reconciler } = await replica();
      await convergence.waitFor(await enable(0));
      engine.hanging.add(queueId);
      await convergence.waitFor(await disable(1));
      engine.finals.set(queueId, { counters: counters(4) });
      // It ends with the last look at the engine.
      engine.hanging.clear();
      await reconciler.close();
      expect(await status()).toMatchObject({ counters: { delivered: 4 } });
    });
  });
});
