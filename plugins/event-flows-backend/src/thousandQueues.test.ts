import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';
import { algorithm } from './__testUtils__/entities';
import {
  aTopicRecord,
  InMemoryEngine,
  topicInfo,
} from './__testUtils__/InMemoryEngine';
import {
  connectionRecord,
  counters,
  queueReport,
} from './__testUtils__/records';
import {
  startBackend,
  type TestBackend,
  type TestClient,
} from './__testUtils__/startBackend';
import { KnexConnectionsStore } from './connections/ConnectionsStore';
import { KnexAttemptsStore } from './history/AttemptsStore';
import { PERIODS } from './history/periods';
import { KnexSamplesStore } from './history/SamplesStore';
import { KnexReceiptsStore } from './receipts/ReceiptsStore';

jest.setTimeout(180_000);

const QUEUES = 1_000;
const ALGORITHMS = 200;
/** Queues whose pages are looked at; the others have as much of everything. */
const BUSY = 50;
/** Rows of a page of a list. */
const PAGE = 50;
const RECEIPTS = 1_000;
const CALLS = 20;
/** Milliseconds that 19 of 20 answers may take. */
const LIMIT_MS = 300;

const BROKER = 'kafka.example.com:9092';
const queueId = (index: number) =>
  `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const algorithmRef = (index: number) =>
  `component:default/algorithm-${index % ALGORITHMS}`;

describe('a thousand queues', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    let backend: TestBackend;
    let ada: TestClient;

    beforeAll(async () => {
      const db = await databases.init(databaseId);
      const engine = new InMemoryEngine();
      engine.records = [aTopicRecord('5')];
      engine.clusters.set(BROKER, {
        ...{ clusterId: 'cluster-1', topics: [topicInfo('topic-0')] },
      });
      backend = await startBackend({
        engine,
        permissionsEnabled: true,
        // What runs is reported by others.
        config: { consumers: { enabled: false } },
        entities: Array.from({ length: ALGORITHMS }, (_, i) =>
          algorithm(`algorithm-${i}`),
        ),
        features: [mockServices.database.factory({ knex: db })],
      });
      ada = backend.as('ada');
      await fill(db);
    });

    afterAll(() => backend?.stop());

    it.each<
      [
        string,
        (client: TestClient, call: number) => ReturnType<TestClient['get']>,
        number,
      ]
    >([
      ['the list of all', client => client.get('/queues'), QUEUES],
      [
        'the queues of an algorithm',
        (client, call) =>
          client.get(`/algorithms/component/default/algorithm-${call}/queues`),
        QUEUES / ALGORITHMS,
      ],
      [
        'a history',
        (client, call) => client.get(`/queues/${queueId(call)}/history/day`),
        96,
      ],
      [
        'the trends of a page of a list',
        client =>
          client.post('/queues/trends', {
            queueIds: Array.from({ length: PAGE }, (_, i) => queueId(i)),
          }),
        PAGE,
      ],
      [
        'receipts',
        (client, call) =>
          client.post(`/queues/${queueId(call)}/receipts`, { limit: 100 }),
        100,
      ],
      [
        'a receipt by its key',
        (client, call) =>
          client.post(`/queues/${queueId(call)}/receipts`, {
            key: 'key-7',
            limit: 100,
          }),
        10,
      ],
      [
        'records',
        (client, call) =>
          client.post(`/queues/${queueId(call)}/peek`, { limit: 100 }),
        1,
      ],
    ])('do not slow down %s', async (_, ask, expected) => {
      const times: number[] = [];
      for (let call = 0; call < CALLS; call += 1) {
        const beganAt = performance.now();
        const { body } = await ask(ada, call).expect(200);
        times.push(performance.now() - beganAt);
        expect(body.items ?? body.points).toHaveLength(expected);
      }
      const p95 = times.sort((a, b) => a - b)[Math.ceil(CALLS * 0.95) - 1];
      expect(p95).toBeLessThan(LIMIT_MS);
    });
  });
});

/** As if they had all run for a day. */
async function fill(db: Knex): Promise<void> {
  const connection = connectionRecord({ brokers: [BROKER] });
  await new KnexConnectionsStore(db).insert(connection);
  const now = Date.now();
  const iso = (ms: number) => new Date(ms).toISOString();
  // Alive for as long as the test takes.
  const replica = { id: 'r', heartbeat_at: iso(now + 3_600_000), beat: 1 };
  await db('replicas').insert({ ...replica, applied_revision: 0 });
  const indexes = Array.from({ length: QUEUES }, (_, index) => index);
  await db.batchInsert(
    'queues',
    indexes.map(index => ({
      ...{ id: queueId(index), connection_id: connection.id },
      ...{ topic: `topic-${Math.floor(index / ALGORITHMS)}`, revision: 1 },
      ...{ algorithm_ref: algorithmRef(index), api_type: 'subscriber' },
      ...{ state: 'enabled', version_ref: 'latest' },
      settings: JSON.stringify(defaultQueueSettings),
      ...{ changed_at: iso(now), changed_by: 'user:default/ada' },
    })),
    100,
  );
  const partitions = Array.from({ length: 6 }, (_, partition) => ({
    ...{ partition, phase: 'running' as const, position: '8812', lag: 3 },
  }));
  await db.batchInsert(
    'queue_reports',
    indexes.map(index => ({
      ...{ queue_id: queueId(index), replica_id: 'r' },
      report: JSON.stringify(
        queueReport(queueId(index), {
          ...{ lag: 18, partitions, counters: counters(8812, 4) },
        }),
      ),
    })),
    100,
  );
  const samples = new KnexSamplesStore(db);
  const attempts = new KnexAttemptsStore(db);
  for (const period of ['hour', 'day'] as const) {
    const { stepMs, lengthMs } = PERIODS[period];
    const lastMs = Math.floor(now / stepMs) * stepMs;
    for (let atMs = lastMs - lengthMs; atMs <= lastMs; atMs += stepMs) {
      const step = indexes.slice(0, BUSY).map(index => ({
        ...{ queueId: queueId(index), at: iso(atMs), period },
      }));
      await samples.add(
        period,
        step.map(of => ({ ...of, delivered: 8812, deadLettered: 0, lag: 18 })),
      );
      const latencies = Array.from({ length: 40 }, (_, bucket) => bucket);
      await attempts.put(
        'r',
        step.map(of => ({ ...of, failed: 3, latencies })),
      );
    }
  }
  const text = (value: string) => ({
    ...{ bytes: Uint8Array.from(Buffer.from(value)), size: value.length },
  });
  for (const index of indexes.slice(0, BUSY)) {
    await new KnexReceiptsStore(db).add(
      Array.from({ length: RECEIPTS }, (_, offset) => ({
        queueId: queueId(index),
        receipt: {
          ...{ partition: offset % 6, offset: String(offset), attempt: 1 },
          ...{ key: text(`key-${offset % 100}`), at: iso(now - offset) },
          ...{ outcome: 'delivered', status: 200, latencyMs: 12 },
          versionRef: 'component:default/algorithm-0-1-0-0',
          answer: text('{"mood":"happy","score":0.97}'.repeat(10)),
        },
      })),
    );
  }
}
