import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import type { Receipt } from '@event-flows/engine';
import { waitUntil } from '@event-flows/testbed';
import { InMemoryEngine, topicInfo } from '../__testUtils__/InMemoryEngine';
import {
  at,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';
import { KnexAccessStore } from '../access/AccessStore';
import { readEventFlowsConfig } from '../config';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { ReceiptRules } from './ReceiptRules';
import { ReceiptsTidy } from './ReceiptsTidy';
import { KnexReceiptsStore } from './ReceiptsStore';

const text = (value: string) => ({
  bytes: Uint8Array.from(Buffer.from(value)),
  size: value.length,
});

function receipt(offset: number, overrides: Partial<Receipt> = {}): Receipt {
  return {
    ...{ partition: 0, offset: String(offset), key: text(`order-${offset}`) },
    ...{ timestamp: Date.parse(at(0)), at: at(offset), attempt: 1 },
    ...{ outcome: 'delivered', status: 200, latencyMs: 12 },
    versionRef: 'component:default/sentiment-1-1-0',
    answer: text('{"mood":"happy"}'),
    ...overrides,
  };
}

function rulesOf(receipts: object): ReceiptRules {
  const config = mockServices.rootConfig({
    data: { eventFlows: { receipts } },
  });
  return new ReceiptRules(readEventFlowsConfig(config).receipts);
}

describe('which topics have receipts', () => {
  it.each([
    ['all', {}, 'orders', true],
    ['none', { enabled: false }, 'orders', false],
    ['not this one', { excludeTopics: ['orders'] }, 'orders', false],
    ['not those', { excludeTopics: ['pay*', 'x'] }, 'payments.eu', false],
    ['others all the same', { excludeTopics: ['pay*'] }, 'repay', true],
    ['a dot is a dot', { excludeTopics: ['a.b'] }, 'axb', true],
  ])('%s', (_, config, topic, expected) => {
    expect(rulesOf(config).hasReceipts(topic)).toBe(expected);
  });

  it('is refused where it is no topic', () => {
    expect(() => rulesOf({ excludeTopics: ['a b'] })).toThrow(
      /excludeTopics.*name of a topic/,
    );
    expect(() => rulesOf({ keepPerQueue: 0 })).toThrow(/keepPerQueue/);
  });
});

describe('kept receipts', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup() {
      const db = await openTestDatabase(databases, databaseId);
      await new KnexConnectionsStore(db).insert(connectionRecord());
      for (const topic of ['orders', 'payments']) {
        await new KnexAccessStore(db).replace({
          ...{ connectionId: connectionRecord().id, topic },
          entries: [
            { algorithmRef: 'component:default/a', apiType: 'subscriber' },
          ],
          ...{ revision: 0, by: 'user:default/ada', at: at(0) },
        });
      }
      const queues = new KnexQueuesStore(db);
      const [orders, payments] = (await queues.list())
        .sort((a, b) => a.topic.localeCompare(b.topic))
        .map(({ id }) => id);
      const store = new KnexReceiptsStore(db);
      const add = (queueId: string, ...receipts: Receipt[]) =>
        store.add(receipts.map(one => ({ queueId, receipt: one })));
      const offsets = async (queueId: string) =>
        (await store.find(queueId, {}, 10_000)).map(r => Number(r.offset));
      return { db, queues, orders, payments, store, add, offsets };
    }

    it('are found by key, place and time', async () => {
      const { orders, payments, store, add } = await setup();
      await add(orders, receipt(1), receipt(2), receipt(3, { partition: 7 }));
      await add(payments, receipt(4));
      const find = async (filter: Parameters<typeof store.find>[1]) =>
        (await store.find(orders, filter, 100)).map(({ offset }) => offset);
      expect(await find({})).toEqual(['3', '2', '1']);
      expect(await find({ key: 'order-2' })).toEqual(['2']);
      expect(await find({ partition: 7 })).toEqual(['3']);
      expect(await find({ partition: 0, offset: '1' })).toEqual(['1']);
      // However exactly the time is told.
      const second = at(2).replace('.000Z', 'Z');
      expect(await find({ from: second })).toEqual(['3', '2']);
      expect(await find({ until: second })).toEqual(['2', '1']);
      expect(await find({ key: 'order-4' })).toEqual([]);
      // What became of a record later belongs to it.
      await add(orders, receipt(1, { at: at(50), attempt: 2 }));
      expect(await find({ until: at(1) })).toEqual(['1', '1']);
      expect(await find({ from: at(40) })).toEqual(['1', '1']);
      expect(await find({ from: at(10), until: at(40) })).toEqual([]);
    });

    it('take every key and every answer', async () => {
      const { orders, store, add } = await setup();
      const odd = {
        bytes: Uint8Array.from([0, 255, 0x27, 0x5c]),
        size: 4,
      };
      await add(orders, receipt(1, { key: odd, answer: odd }));
      await add(orders, receipt(2, { key: text('a\0b') }));
      await add(orders, receipt(3, { key: null, answer: undefined }));
      const [third, second, first] = await store.find(orders, {}, 10);
      expect(first).toMatchObject({
        key: { encoding: 'base64', data: 'AP8nXA==', size: 4 },
        receipt: { answer: { encoding: 'base64' } },
      });
      expect(second.key).toMatchObject({ data: 'a\0b' });
      expect(third.key).toBeNull();
      expect(await store.find(orders, { key: 'a\0b' }, 10)).toHaveLength(1);
    });

    it('are bounded by number and by age, and go where none are wanted', async () => {
      const { queues, orders, payments, store, add, offsets } = await setup();
      const HOUR = 3_600;
      await add(orders, ...[1, 2, 3, 4, 5].map(offset => receipt(offset)));
      await add(payments, receipt(1), receipt(2 * HOUR));
      const tidy = async (config: object, seconds: number) =>
        new ReceiptsTidy({
          ...{ queues, store, rules: rulesOf(config) },
          now: () => Date.parse(at(seconds)),
        }).run();
      await tidy({ keepPerQueue: 3 }, 10);
      expect(await offsets(orders)).toEqual([5, 4, 3]);
      expect(await offsets(payments)).toEqual([2 * HOUR, 1]);
      await tidy({ maxAgeHours: 1 }, HOUR + 4);
      expect(await offsets(orders)).toEqual([5, 4]);
      expect(await offsets(payments)).toEqual([2 * HOUR]);
      await tidy({ excludeTopics: ['pay*'] }, 0);
      expect(await offsets(orders)).toEqual([5, 4]);
      expect(await offsets(payments)).toEqual([]);
    });

    it('go with their queue, and come too late for one that is gone', async () => {
      const { db, orders, payments, add, offsets } = await setup();
      await add(orders, receipt(1));
      await db('queues').where({ id: orders }).delete();
      expect(await db('queue_receipts')).toEqual([]);
      await add(orders, receipt(2));
      await add(payments, receipt(3));
      expect(await db('queue_receipts')).toHaveLength(1);
      expect(await offsets(payments)).toEqual([3]);
    });
  });
});

describe('receipts of a queue', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  const BROKER = 'kafka.example.com:9092';
  let engine: InMemoryEngine;
  let backend: TestBackend;
  let queue: Queue;

  beforeEach(async () => {
    engine = new InMemoryEngine();
    engine.clusters.set(BROKER, {
      clusterId: 'cluster-1',
      topics: [topicInfo('orders')],
    });
    backend = await startBackend({ engine, permissionsEnabled: true });
    const ada = backend.as('ada');
    const { body: connection } = await ada
      .post('/connections', { name: 'one', type: 'kafka', brokers: [BROKER] })
      .expect(201);
    const algorithmRef = 'component:default/sentiment';
    await ada
      .put(`/connections/${connection.id}/topics/orders/access`, {
        access: [{ algorithmRef, apiType: 'subscriber' }],
        revision: 0,
      })
      .expect(200);
    [queue] = (await ada.get('/queues').expect(200)).body.items;
  });

  afterEach(() => backend.stop());

  const find = async (person: 'olga' | 'vic' | 'rita', body: object = {}) =>
    (
      await backend
        .as(person)
        .post(`/queues/${queue.id}/receipts`, { limit: 10, ...body })
        .expect(200)
    ).body;

  /** What the engine tells next. */
  async function observe(...receipts: Receipt[]) {
    const attempts = { failed: 0, latencies: [] };
    engine.observed = [{ queueId: queue.id, attempts, receipts }];
    await waitUntil(async () => (await find('olga')).items.length > 0, {
      ...{ timeoutMs: 10_000, what: 'receipts to be kept' },
    });
  }

  it('tell the story of each record, the latest first', async () => {
    await observe(
      receipt(1, { outcome: 'retried', status: 502, reason: '502 from x' }),
      receipt(2),
      receipt(1, { at: at(5), attempt: 2 }),
    );
    const { items, ...limits } = await find('olga');
    expect(limits).toEqual({ off: false, maxAgeHours: 24, keptPerQueue: 1000 });
    expect(items).toMatchObject([
      {
        ...{ partition: 0, offset: '1', timestamp: at(0) },
        key: { data: 'order-1' },
        receipts: [
          { attempt: 1, outcome: 'retried', reason: '502 from x' },
          { attempt: 2, outcome: 'delivered', answer: { encoding: 'utf8' } },
        ],
      },
      { offset: '2' },
    ]);
    expect((await find('olga', { limit: 1 })).items).toHaveLength(1);
    // What became of it last.
    const { items: retried } = await find('olga', { outcome: 'retried' });
    expect(retried).toEqual([]);
    const { items: ofKey } = await find('olga', { key: 'order-2' });
    expect(ofKey).toMatchObject([{ offset: '2' }]);
  });

  it('show what is in records only to those who may read them', async () => {
    await observe(receipt(1));
    const seen = await find('vic');
    expect(seen.items).toMatchObject([{ receipts: [{ status: 200 }] }]);
    expect(JSON.stringify(seen)).not.toMatch(/order-1|happy/);
    expect(JSON.stringify(await find('rita'))).toMatch(/order-1.*happy/);
    const { body } = await backend
      .as('vic')
      .post(`/queues/${queue.id}/receipts`, { key: 'order-1', limit: 1 })
      .expect(403);
    expect(body.error.message).toMatch(/event-flows.record.read/);
    // What is looked for is nobody else's business.
    expect(JSON.stringify(backend.events)).not.toContain('order-1');
  });

  it('go when the operator wants none of the topic any more', async () => {
    const knex = await databases.init('SQLITE_3');
    const start = (receipts: object) =>
      startBackend({
        ...{ engine: new InMemoryEngine(), permissionsEnabled: true },
        config: { receipts, consumers: { enabled: false } },
        features: [
          mockServices.database.factory({ knex }),
          mockServices.scheduler.factory(),
        ],
      });
    const before = await start({});
    await new KnexConnectionsStore(knex).insert(connectionRecord());
    await new KnexAccessStore(knex).replace({
      ...{ connectionId: connectionRecord().id, topic: 'orders', revision: 0 },
      entries: [{ algorithmRef: 'component:default/a', apiType: 'subscriber' }],
      ...{ by: 'user:default/ada', at: at(0) },
    });
    const [{ id: queueId }] = await new KnexQueuesStore(knex).list();
    await new KnexReceiptsStore(knex).add([
      { queueId, receipt: receipt(1, { at: new Date().toISOString() }) },
    ]);
    await before.stop();
    expect(await knex('queue_receipts')).toHaveLength(1);
    const after = await start({ excludeTopics: ['ord*'] });
    await waitUntil(async () => (await knex('queue_receipts')).length === 0, {
      ...{ timeoutMs: 10_000, what: 'the receipts to be gone' },
    });
    const { body } = await after
      .as('ada')
      .post(`/queues/${queueId}/receipts`, { limit: 10 })
      .expect(200);
    expect(body).toMatchObject({ items: [], off: true });
    await after.stop();
  });
});
