import { TestDatabases } from '@backstage/backend-test-utils';
import { KnexAccessStore } from '../access/AccessStore';
import { readDesiredRevision } from '../database/desiredState';
import {
  at,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { KnexConnectionsStore } from './ConnectionsStore';

describe('KnexConnectionsStore', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup() {
      const db = await openTestDatabase(databases, databaseId);
      return { db, store: new KnexConnectionsStore(db) };
    }

    it('gives back what it was given', async () => {
      const { store } = await setup();
      const full = connectionRecord({
        tls: { ca: 'CA', cert: 'CERT', hasClientKey: true },
        sasl: { mechanism: 'scram-sha-512', username: 'größe 🚀' },
        sealedSecrets: '{"sealed":true}',
        clusterId: 'cluster-1',
        state: {
          status: 'unreachable',
          since: at(1),
          checkedAt: at(2),
          reason: 'No answer',
        },
      });
      await store.insert(full);
      expect(await store.get(full.id)).toEqual(full);
      expect(await store.list()).toEqual([full]);
      expect(await store.get('22222222-2222-4222-8222-222222222222')).toBe(
        undefined,
      );
    });

    it('takes each name once, also at the same moment', async () => {
      const { store } = await setup();
      const results = await Promise.allSettled(
        ['1', '2', '3'].map(n => store.insert(connectionRecord({ id: n }))),
      );
      expect(results.map(({ status }) => status).sort()).toEqual([
        'fulfilled',
        'rejected',
        'rejected',
      ]);
      expect(
        results.flatMap(result =>
          result.status === 'rejected' ? [result.reason.name] : [],
        ),
      ).toEqual(['ConflictError', 'ConflictError']);
      expect(await store.list()).toHaveLength(1);
      expect(await store.hasName('orders cluster')).toBe(true);
      expect(await store.hasName('Orders cluster')).toBe(false);
    });

    it('remembers since when a state holds', async () => {
      const { store } = await setup();
      const { id } = connectionRecord();
      await store.insert(connectionRecord());
      await store.setState(id, { status: 'connected', checkedAt: at(5) });
      expect((await store.get(id))?.state).toEqual({
        status: 'connected',
        since: at(0),
        checkedAt: at(5),
      });
      const reason = 'No answer';
      await store.setState(id, {
        status: 'unreachable',
        reason,
        checkedAt: at(6),
      });
      await store.setState(id, {
        status: 'unreachable',
        reason,
        checkedAt: at(7),
      });
      expect((await store.get(id))?.state).toEqual({
        status: 'unreachable',
        reason,
        since: at(6),
        checkedAt: at(7),
      });
      await store.setState(id, {
        status: 'connected',
        clusterId: 'new',
        checkedAt: at(8),
      });
      expect(await store.get(id)).toMatchObject({
        clusterId: 'new',
        state: { status: 'connected', since: at(8) },
      });
    });

    it('remembers the topics', async () => {
      const { store } = await setup();
      const { id } = connectionRecord();
      await store.insert(connectionRecord());
      expect(await store.getKnownTopics(id)).toBe(undefined);
      const items = [
        {
          name: 'orders',
          internal: false,
          partitions: 3,
          replicationFactor: 1,
        },
      ];
      await store.setKnownTopics(id, { items, knownAt: at(3) });
      expect(await store.getKnownTopics(id)).toEqual({ items, knownAt: at(3) });
    });

    it('counts how much a connection is used', async () => {
      const { db, store } = await setup();
      const { id } = connectionRecord();
      await store.insert(connectionRecord());
      const access = new KnexAccessStore(db);
      for (const topic of ['orders', 'reviews']) {
        await access.replace({
          connectionId: id,
          topic,
          entries: [
            { algorithmRef: 'component:default/a', apiType: 'subscriber' },
            { algorithmRef: 'component:default/b', apiType: 'subscriber' },
          ],
          revision: 0,
          by: 'user:default/ada',
          at: at(1),
        });
      }
      await db('queues')
        .where({ topic: 'orders' })
        .update({ state: 'enabled' });
      // One that is read already, and one that is only written to.
      for (const [topic, revision] of [
        ['orders', 1],
        ['scores', 0],
      ] as const) {
        await access.replace({
          ...{ connectionId: id, topic, revision },
          entries: [
            { algorithmRef: 'component:default/c', apiType: 'publisher' },
            ...(await new KnexQueuesStore(db).list({ topic })).map(
              ({ algorithmRef }) =>
                ({ algorithmRef, apiType: 'subscriber' }) as const,
            ),
          ],
          ...{ by: 'user:default/ada', at: at(2) },
        });
      }
      expect(await store.usesOf([id, 'unused'])).toEqual(
        new Map([
          [id, { topicsInUse: 3, queuesEnabled: 2 }],
          ['unused', { topicsInUse: 0, queuesEnabled: 0 }],
        ]),
      );
    });

    it('deletes in two steps', async () => {
      const { db, store } = await setup();
      const { id } = connectionRecord();
      await store.insert(connectionRecord());
      await new KnexAccessStore(db).replace({
        connectionId: id,
        topic: 'orders',
        entries: [
          { algorithmRef: 'component:default/a', apiType: 'subscriber' },
        ],
        revision: 0,
        by: 'user:default/ada',
        at: at(1),
      });
      const before = await readDesiredRevision(db);
      const revision = await store.markDeleting(id);
      expect(revision).toBe(before + 1);
      expect(await store.list()).toEqual([]);
      expect(await store.listDeleting()).toEqual([id]);
      expect(await store.get(id)).toMatchObject({ deleting: true });
      // Nobody sees it any more, so its name is free.
      const { name } = connectionRecord();
      expect(await store.hasName(name)).toBe(false);
      await store.insert(connectionRecord({ id: 'next' }));
      expect(await store.list()).toMatchObject([{ id: 'next', name }]);

      await store.remove(id);
      expect(await store.get(id)).toBe(undefined);
      expect(await store.listDeleting()).toEqual([]);
      expect(await db('queues').select()).toEqual([]);
      expect(await db('topic_access').select()).toEqual([]);
    });

    it('keeps what a cluster calls itself, as far as that can be kept', async () => {
      const { store } = await setup();
      const { id } = connectionRecord();
      const clusterId = `cluster\u0000\n${'x'.repeat(10_000)}`;
      await store.insert(connectionRecord({ clusterId }));
      const read = async () => (await store.get(id))?.clusterId;
      expect(await read()).toMatch(/^cluster x+…$/);
      await store.setState(id, {
        ...{ status: 'connected', clusterId: 'y', checkedAt: at(1) },
      });
      expect(await read()).toBe('y');
      await store.setState(id, {
        ...{ status: 'connected', clusterId, checkedAt: at(2) },
      });
      expect(await read()).toMatch(/^cluster x+…$/);
    });

    it('replaces sealed secrets only where they are as they were read', async () => {
      const { store } = await setup();
      const { id } = connectionRecord();
      await store.insert(connectionRecord({ sealedSecrets: 'old' }));
      await store.insert(
        connectionRecord({ id: 'x', name: 'without secrets' }),
      );
      const list = () => store.listSealedSecrets({ after: '', limit: 10 });
      const { name } = connectionRecord();
      expect(await list()).toEqual([{ id, name, sealedSecrets: 'old' }]);
      expect(await store.replaceSealedSecrets(id, 'old', 'new')).toBe(true);
      expect(await store.replaceSealedSecrets(id, 'old', 'newer')).toBe(false);
      expect(await list()).toEqual([{ id, name, sealedSecrets: 'new' }]);
    });
  });
});
