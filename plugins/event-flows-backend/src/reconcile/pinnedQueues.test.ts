import { TestDatabases } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { algorithm, algorithmVersion } from '../__testUtils__/entities';
import { register } from '../__testUtils__/liveCatalog';
import { Clock, type Replica, startReplica } from '../__testUtils__/replica';
import {
  APPROVAL,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';

// A database of its own for each.
jest.setTimeout(30_000);

const by = 'user:default/ada';
const V1 = 'component:default/a-1-0-0';
const ELSEWHERE = 'https://elsewhere.example.com/a/1.0.0';

/** Catalog edits must not move a stream: two replicas, on one database. */
describe('queues that are pinned', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });
  const replicas: Replica[] = [];

  afterEach(async () => {
    await Promise.all(
      replicas.splice(0).map(({ reconciler }) => reconciler.close()),
    );
  });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup({
      versionRef = V1,
      send,
    }: { versionRef?: string; send?: () => Promise<void> } = {}) {
      const db = await openTestDatabase(databases, databaseId);
      await new KnexConnectionsStore(db).insert(connectionRecord());
      const queues = new KnexQueuesStore(db);
      const clock = new Clock();
      const now = () => new Date(clock.now()).toISOString();
      await new KnexAccessStore(db).replace({
        connectionId: connectionRecord().id,
        topic: 'orders',
        entries: [
          {
            algorithmRef: 'component:default/a',
            algorithmUid: 'uid of a',
            apiType: 'subscriber',
          },
        ],
        ...{ revision: 0, by, at: now() },
      });
      const [{ id }] = await queues.list();
      const entities: Entity[] = [
        algorithm('a'),
        algorithmVersion('a', '1.0.0'),
      ];
      const sent: object[] = [];
      const notifications = {
        send:
          send ??
          (async (notification: object) => {
            sent.push(notification);
          }),
      };
      for (let n = 0; n < 2; n++) {
        replicas.push(await startReplica(db, clock, entities, notifications));
      }
      const enable = async (revision: number, approval = APPROVAL) => {
        const change = { ...{ revision, by, at: now() }, versionRef, approval };
        const settings = defaultQueueSettings;
        await replicas[0].convergence.waitFor(
          await queues.enable(id, { ...change, settings }),
        );
      };
      await enable(0, {
        ...APPROVAL,
        ...(versionRef !== 'latest' && { versionUid: 'uid of a 1.0.0' }),
      });
      return {
        ...{ db, entities, enable, sent },
        read: () => queues.get(id),
        /** Changes the catalog, and has each replica look at it. */
        change: async (...changed: Entity[]) => {
          changed.forEach(entity => register(entities, entity));
          clock.forward(10_000);
          replicas.forEach(({ reconciler }) => reconciler.trigger());
        },
      };
    }

    const targets = () =>
      replicas.map(({ engine }) => engine.running.at(0)?.target);
    const until = (what: string, condition: () => boolean | Promise<boolean>) =>
      waitUntil(condition, { what, timeoutMs: 8000 });
    const allGoTo = (endpoint: string) =>
      until(`requests to ${endpoint}`, () =>
        targets().every(t => t?.kind === 'version' && t.endpoint === endpoint),
      );
    const allWait = (reason: string) =>
      until(`both to wait: ${reason}`, () =>
        targets().every(
          t => t?.kind === 'unavailable' && t.reason.includes(reason),
        ),
      );
    /** What any replica was ever told to send to. */
    const endpoints = () =>
      new Set(
        replicas.flatMap(({ engine }) =>
          engine.applied
            .flat()
            .flatMap(({ target }) =>
              target.kind === 'version' ? [target.endpoint] : [],
            ),
        ),
      );

    it('wait where the origin changed, and tell the owner once', async () => {
      const { change, enable, read, sent } = await setup();
      await allGoTo('https://algorithms.example.com/a/1.0.0');
      await change(algorithmVersion('a', '1.0.0', { endpoint: ELSEWHERE }));
      await allWait(
        'Requests would now go to https://elsewhere.example.com (component:default/a-1-0-0), but https://algorithms.example.com was approved',
      );
      const waiting = await read();
      expect(waiting?.waitsFor).toEqual({
        kind: 'approval',
        since: expect.any(String),
        versionRef: V1,
        origin: 'https://elsewhere.example.com',
        approvedOrigin: 'https://algorithms.example.com',
      });
      await change();
      await change();
      expect((await read())?.waitsFor).toEqual(waiting?.waitsFor);
      expect(endpoints()).toEqual(
        new Set(['https://algorithms.example.com/a/1.0.0']),
      );
      await enable(1, { origin: 'https://elsewhere.example.com' });
      await allGoTo(ELSEWHERE);
      expect(await read()).not.toHaveProperty('waitsFor');
      expect(sent).toEqual([
        {
          recipients: { type: 'entity', entityRef: 'component:default/a' },
          payload: {
            title: 'The queue orders of a waits for approval',
            description: expect.stringMatching(
              /^Requests would now go to .* Its records wait in orders of orders cluster\.$/,
            ),
            link: expect.stringMatching(
              /^\/queue-manager\/queues\/[0-9a-f-]{36}$/,
            ),
            severity: 'high',
            scope: `event-flows:waits-for:${waiting?.id}`,
          },
        },
      ]);
    });

    it('go on where only the path changed', async () => {
      const { change, read, sent } = await setup();
      const endpoint = 'https://algorithms.example.com/b';
      await change(algorithmVersion('a', '1.0.0', { endpoint }));
      await allGoTo(endpoint);
      expect(await read()).not.toHaveProperty('waitsFor');
      expect(sent).toEqual([]);
    });

    it('go on when the catalog says again what was approved, and tell so once', async () => {
      const { change, read, sent } = await setup();
      await change(algorithmVersion('a', '1.0.0', { endpoint: ELSEWHERE }));
      await allWait('https://elsewhere.example.com');
      await change(algorithmVersion('a', '1.0.0'));
      await allGoTo('https://algorithms.example.com/a/1.0.0');
      expect(await read()).not.toHaveProperty('waitsFor');
      expect(sent).toMatchObject([
        { payload: { title: 'The queue orders of a waits for approval' } },
        {
          payload: {
            title: 'The queue orders of a waits for nothing any more',
            description:
              'The catalog says again what was approved; it goes on by itself with what waits in orders of orders cluster.',
            scope: `event-flows:waits-for:${(await read())?.id}`,
          },
        },
      ]);
    });

    it('tell that there is nothing to approve any more where the version is gone', async () => {
      const { change, read, sent } = await setup();
      await change(algorithmVersion('a', '1.0.0', { endpoint: ELSEWHERE }));
      await allWait('https://elsewhere.example.com');
      await change(algorithmVersion('a', '1.0.0', { endpoint: 'nonsense' }));
      await until('the end of the wait', async () => !(await read())?.waitsFor);
      expect(sent.slice(1)).toMatchObject([
        {
          payload: {
            title: 'The queue orders of a waits for nothing any more',
            description: expect.stringContaining(
              'could be approved. The version component:default/a-1-0-0',
            ),
          },
        },
      ]);
    });

    it('wait where the version was created anew', async () => {
      const { change, read } = await setup();
      await change(algorithmVersion('a', '1.0.0', { uid: 'another' }));
      await allWait(`${V1} was deleted and created anew`);
      expect((await read())?.waitsFor).toMatchObject({
        origin: APPROVAL.origin,
        approvedOrigin: APPROVAL.origin,
      });
    });

    it('follow Latest within its origin, and not beyond', async () => {
      const { change, read } = await setup({ versionRef: 'latest' });
      await change(algorithmVersion('a', '1.1.0'));
      await allGoTo('https://algorithms.example.com/a/1.1.0');
      await change(algorithmVersion('a', '1.2.0', { endpoint: ELSEWHERE }));
      await allWait('(component:default/a-1-2-0)');
      expect((await read())?.waitsFor).toMatchObject({ kind: 'approval' });
    });

    it('wait for access where the algorithm was created anew', async () => {
      const { change, read, sent } = await setup({ versionRef: 'latest' });
      await change(algorithm('a', 'user:default/eve', 'another'));
      await allWait('The new one has no access');
      expect((await read())?.waitsFor).toMatchObject({ kind: 'access' });
      expect(sent).toMatchObject([
        { payload: { title: 'The queue orders of a waits for access' } },
      ]);
    });

    it('are pinned to what the catalog says first where nothing is known', async () => {
      const { db, change, enable, read } = await setup();
      await enable(1);
      await db('queues').update({ approved_uid: null, approved_origin: null });
      await change();
      await until('the pins', async () => {
        const approval = (await read())?.approval;
        return approval?.versionUid === 'uid of a 1.0.0';
      });
      await change(algorithmVersion('a', '1.0.0', { endpoint: ELSEWHERE }));
      await allWait('https://elsewhere.example.com');
      expect(endpoints()).not.toContain(ELSEWHERE);
    });

    it('wait all the same in a portal without notifications', async () => {
      const send = async () => {
        throw new Error('Request failed with status 404');
      };
      const { change, read } = await setup({ send });
      await change(algorithmVersion('a', '1.0.0', { endpoint: ELSEWHERE }));
      await allWait('https://elsewhere.example.com');
      expect((await read())?.waitsFor).toBeDefined();
      const warnings = replicas.flatMap(({ logger }) => logger.warn.mock.calls);
      expect(warnings).toEqual([
        [
          expect.stringMatching(
            /^The owner of component:default\/a was not told/,
          ),
        ],
      ]);
    });
  });
});
