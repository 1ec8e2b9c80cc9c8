import { TestDatabases } from '@backstage/backend-test-utils';
import {
  defaultQueueSettings,
  type QueueSettings,
} from '@event-flows/backstage-plugin-event-flows-common';
import fc from 'fast-check';
import {
  APPROVAL,
  at,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { waitForWaiting } from '../__testUtils__/waitForWaiting';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { type Flow, findLoop } from './flows';
import { KnexQueuesStore } from './QueuesStore';

function flow(from: string, to: string, cluster = 'c'): Flow {
  const algorithmRef = `component:default/${from}`;
  return { cluster, from, to, algorithmRef, by: 'outputTopic' };
}

describe('findLoop', () => {
  it.each<[string, Flow, Flow[], string[] | undefined]>([
    ['none where nothing follows', flow('a', 'b'), [], undefined],
    ['one that goes back at once', flow('a', 'a'), [], ['a']],
    ['one over two hops', flow('a', 'b'), [flow('b', 'a')], ['a', 'b']],
    [
      'one over several hops',
      flow('a', 'b'),
      [flow('b', 'x'), flow('b', 'c'), flow('c', 'd'), flow('d', 'a')],
      ['a', 'b', 'c', 'd'],
    ],
    [
      'none by another cluster',
      flow('a', 'b'),
      [flow('b', 'a', 'd')],
      undefined,
    ],
    [
      'none that it is not part of',
      flow('a', 'b'),
      [flow('b', 'c'), flow('c', 'b')],
      undefined,
    ],
  ])('finds %s', (_, added, others, expected) => {
    expect(findLoop(added, others)?.map(({ from }) => from)).toEqual(expected);
  });

  it('finds one if and only if there is one', () => {
    const topic = fc.integer({ min: 0, max: 6 }).map(String);
    fc.assert(
      fc.property(
        topic,
        topic,
        fc.array(fc.tuple(topic, topic), { maxLength: 15 }),
        (from, to, pairs) => {
          const others = pairs.map(([a, b]) => flow(a, b));
          // All that can be reached, by another way of looking.
          const reached = new Set([to]);
          for (let hop = 0; hop < 7; hop += 1) {
            others.forEach(next => {
              if (reached.has(next.from)) {
                reached.add(next.to);
              }
            });
          }
          const loop = findLoop(flow(from, to), others);
          expect(loop !== undefined).toBe(reached.has(from));
          expect(loop?.at(-1)?.to ?? from).toBe(from);
        },
      ),
    );
  });
});

describe('loops of enabled queues', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  it.each(databases.eachSupportedId())(
    'are not closed by two at once, on %s',
    async databaseId => {
      const { queues, orders, scores } = await twoChained(databaseId);
      const enable = (id: string, outputTopic: string) =>
        queues.enable(id, {
          ...{ revision: 0, by: 'user:default/ada', at: at(0) },
          ...{ versionRef: 'latest', approval: APPROVAL },
          settings: { ...defaultQueueSettings, outputTopic },
        });
      const results = await Promise.allSettled([
        enable(orders.id, 'scores'),
        enable(scores.id, 'orders'),
      ]);
      const refused = results.filter(({ status }) => status === 'rejected');
      expect(refused).toMatchObject([
        {
          reason: {
            name: 'ConflictError',
            message: expect.stringContaining('come back for ever'),
          },
        },
      ]);
      const enabled = await queues.list({ state: 'enabled' });
      expect(enabled).toHaveLength(1);
    },
  );

  it.each(databases.eachSupportedId())(
    'are not closed by dead letters either, on %s',
    async databaseId => {
      const { queues, orders, scores } = await twoChained(databaseId);
      const enable = (id: string, settings: Partial<QueueSettings>) =>
        queues.enable(id, {
          ...{ revision: 0, by: 'user:default/ada', at: at(0) },
          ...{ versionRef: 'latest', approval: APPROVAL },
          settings: { ...defaultQueueSettings, ...settings },
        });

      await enable(orders.id, { deadLetterTopic: 'scores' });
      await expect(
        enable(scores.id, {
          outputTopic: 'orders',
          deadLetterTopic: 'elsewhere',
        }),
      ).rejects.toThrow(
        'settings.outputTopic: what is written there would come back for ever: scores → component:default/scores → orders → component:default/orders → scores (dead letters)',
      );
      await expect(
        enable(scores.id, { deadLetterTopic: 'orders' }),
      ).rejects.toThrow(/^settings.deadLetterTopic: .* come back for ever/);
      await enable(scores.id, { deadLetterTopic: 'elsewhere' });
    },
  );

  it.each(databases.eachSupportedId())(
    'are not seen in queues that go with their connection, on %s',
    async databaseId => {
      const { connections, queues, orders, scores } =
        await twoChained(databaseId);
      const enable = (id: string, outputTopic: string) =>
        queues.enable(id, {
          ...{ revision: 0, by: 'user:default/ada', at: at(0) },
          ...{ versionRef: 'latest', approval: APPROVAL },
          settings: { ...defaultQueueSettings, outputTopic },
        });
      await enable(orders.id, 'scores');
      await expect(enable(scores.id, 'orders')).rejects.toThrow(
        /come back for ever/,
      );
      await connections.markDeleting(orders.connection.id);
      await enable(scores.id, 'orders');
    },
  );

  /** Orders become scores, by two connections of one cluster. */
  async function twoChained(databaseId: (typeof DATABASE_IDS)[number]) {
    const db = await openTestDatabase(databases, databaseId);
    const connections = new KnexConnectionsStore(db);
    // Two connections of one cluster.
    const ids = ['1', '2'].map(n => connectionRecord().id.replaceAll('1', n));
    for (const id of ids) {
      await connections.insert(
        connectionRecord({ id, name: id, clusterId: 'cluster-1' }),
      );
    }
    const access = new KnexAccessStore(db);
    for (const [index, topic] of ['orders', 'scores'].entries()) {
      await access.replace({
        ...{ connectionId: ids[index], topic, revision: 0 },
        entries: [
          {
            algorithmRef: `component:default/${topic}`,
            apiType: 'subscriber',
          },
        ],
        ...{ by: 'user:default/ada', at: at(0) },
      });
      const other = topic === 'orders' ? 'scores' : 'orders';
      await access.replace({
        ...{ connectionId: ids[index], topic: other, revision: 0 },
        entries: [
          {
            algorithmRef: `component:default/${topic}`,
            apiType: 'publisher',
          },
        ],
        ...{ by: 'user:default/ada', at: at(0) },
      });
    }
    const queues = new KnexQueuesStore(db);
    const [orders, scores] = (await queues.list()).sort((a, b) =>
      a.topic.localeCompare(b.topic),
    );
    return { connections, queues, orders, scores };
  }
});

describe('access to publish that is removed while a queue is enabled by it', () => {
  // SQLite has one writer at a time: there is no such moment.
  const databases = TestDatabases.create({ ids: ['POSTGRES_15'] });
  const onPostgres = databases.supports('POSTGRES_15')
    ? describe
    : describe.skip;

  onPostgres('on PostgreSQL', () => {
    it('stays, or the queue is not enabled', async () => {
      const db = await openTestDatabase(databases, 'POSTGRES_15');
      await new KnexConnectionsStore(db).insert(connectionRecord());
      const access = new KnexAccessStore(db);
      const change = (topic: string, revision: number) => ({
        ...{ connectionId: connectionRecord().id, topic, revision },
        ...{ by: 'user:default/ada', at: at(0) },
      });
      const entry = (apiType: 'subscriber' | 'publisher') => ({
        ...{ algorithmRef: 'component:default/a', apiType },
      });
      await access.replace({
        ...change('orders', 0),
        entries: [entry('subscriber')],
      });
      await access.replace({
        ...change('scores', 0),
        entries: [entry('publisher')],
      });
      const queues = new KnexQueuesStore(db);
      const [{ id }] = await queues.list();

      // Both are on their way while somebody else changes what should run.
      const other = await db.transaction();
      await other('desired_state').increment('revision', 1);
      const enabled = queues.enable(id, {
        ...{ revision: 0, by: 'user:default/ada', at: at(0) },
        ...{ versionRef: 'latest', approval: APPROVAL },
        settings: { ...defaultQueueSettings, outputTopic: 'scores' },
      });
      await waitForWaiting(db, 1);
      const removed = access.replace({ ...change('scores', 1), entries: [] });
      await waitForWaiting(db, 2);
      await other.commit();

      const results = await Promise.allSettled([enabled, removed]);
      expect(results.map(({ status }) => status).sort()).toEqual([
        ...['fulfilled', 'rejected'],
      ]);
      const [queue] = await queues.list();
      const publishers = await db('topic_publishers');
      expect(publishers).toHaveLength(queue.state === 'enabled' ? 1 : 0);
    });
  });
});
