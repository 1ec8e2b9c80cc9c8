import { groupIdOf } from '@event-flows/backstage-plugin-event-flows-common';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { createEngine } from '@event-flows/engine';
import {
  createTopics,
  type KafkaCluster,
  produce,
  type RecordingEndpoint,
  startKafka,
  startRecordingEndpoint,
  waitUntil,
  withAdmin,
} from '@event-flows/testbed';
import type { Knex } from 'knex';
import { algorithm, algorithmVersion } from './__testUtils__/entities';
import { DATABASE_IDS } from './__testUtils__/records';
import { startBackend, type TestBackend } from './__testUtils__/startBackend';

jest.setTimeout(120_000);

const SENTIMENT = 'component:default/sentiment';

/**
 * A record's whole way: a real Kafka, the real engine and real requests. The
 * engine runs in this process, so that the test runner sees all that it leaves
 * behind; the thread around it has tests of its own.
 */
describe('from a topic to an endpoint', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });
  let kafka: KafkaCluster;
  let endpoint: RecordingEndpoint;

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain', 'sasl'] });
    endpoint = await startRecordingEndpoint();
  });

  afterAll(async () => {
    await endpoint?.close();
    await kafka?.stop();
  });

  beforeEach(() => endpoint.clear());

  function start(knex: Knex): Promise<TestBackend> {
    const allow = ['127.0.0.1:*', 'localhost:*'];
    return startBackend({
      engine: createEngine(
        {
          brokers: { allow },
          endpoints: { allow: [`${endpoint.url}/`], credentials: [] },
          forwardHeaders: [],
          drainTimeoutMs: 5000,
        },
        () => {},
      ),
      permissionsEnabled: false,
      config: {
        brokers: { allow },
        endpoints: { allow: [`${endpoint.url}/`] },
      },
      entities: [
        algorithm('sentiment'),
        algorithmVersion('sentiment', '1.0.0', {
          endpoint: `${endpoint.url}/1.0.0`,
        }),
        algorithmVersion('sentiment', '1.1.0', {
          endpoint: `${endpoint.url}/1.1.0`,
        }),
      ],
      features: [mockServices.database.factory({ knex })],
    });
  }

  /** A connection and a queue of it, which is disabled. */
  async function createQueue(backend: TestBackend, topic: string) {
    const connection = await backend
      .as('ada')
      .post('/connections', {
        name: 'plain',
        type: 'kafka',
        brokers: kafka.plain.brokers,
      })
      .expect(201);
    const base = `/connections/${connection.body.id}`;
    const access = await backend
      .as('ada')
      .put(`${base}/topics/${topic}/access`, {
        access: [{ algorithmRef: SENTIMENT, apiType: 'subscriber' }],
        revision: 0,
      })
      .expect(200);
    const { queueId } = access.body.access[0];
    return { base, path: `/queues/${queueId}`, queueId };
  }

  /** Values and paths of the requests, in the order of their values. */
  function received(): string[] {
    return endpoint.requests
      .map(({ body, path }) => `${body.toString()} ${path}`)
      .sort();
  }

  async function produceValues(topic: string, ...values: number[]) {
    await produce(
      kafka.plain.brokers,
      topic,
      values.map(n => ({ value: JSON.stringify({ n }) })),
    );
  }

  it.each(databases.eachSupportedId())(
    'and back to nothing, with %s',
    async databaseId => {
      const topic = `orders-${databaseId}`;
      await createTopics(kafka.plain.brokers, [{ topic, partitions: 2 }]);
      const db = await databases.init(databaseId);
      let backend = await start(db);
      const { base, path } = await createQueue(backend, topic);
      const topics = await backend.as('ada').get(`${base}/topics`).expect(200);
      expect(topics.body.items).toContainEqual(
        expect.objectContaining({ name: topic, partitions: 2 }),
      );
      const put = async (body: object): Promise<Queue> =>
        (await backend.as('olga').put(path, body).expect(200)).body;
      const read = async (): Promise<Queue> =>
        (await backend.as('olga').get(path).expect(200)).body;

      await put({
        state: 'enabled',
        versionRef: `${SENTIMENT}-1-0-0`,
        settings: { startFrom: 'earliest' },
        revision: 0,
      });
      await produceValues(topic, 1, 2, 3);
      await endpoint.waitFor(3, 20_000);
      expect(received()).toEqual([
        '{"n":1} /1.0.0',
        '{"n":2} /1.0.0',
        '{"n":3} /1.0.0',
      ]);
      expect(endpoint.requests[0].headers).toMatchObject({
        'ce-specversion': '1.0',
        'ce-type': 'event-flows.kafka.record.v1',
      });
      const status = await waitUntil(
        async () => {
          const queue = await read();
          return queue.status?.counters.delivered === 3 && queue.status;
        },
        { what: 'the counters', timeoutMs: 10_000 },
      );
      expect(status).toMatchObject({
        phase: 'running',
        replicas: 1,
        counters: { read: 3, delivered: 3, inFlight: 0 },
        versionRef: `${SENTIMENT}-1-0-0`,
      });

      await put({ state: 'disabled', revision: 1 });
      await waitUntil(async () => (await read()).status?.phase === 'stopped', {
        ...{ what: 'the queue to have stopped', timeoutMs: 10_000 },
      });
      await produceValues(topic, 4, 5);

      // A restart keeps everything, and a disabled queue disabled.
      await backend.stop();
      backend = await start(db);
      expect(await read()).toMatchObject({
        state: 'disabled',
        revision: 2,
        status: {
          ...{ phase: 'stopped', replicas: 0 },
          lastDeliveredAt: expect.any(String),
          counters: { read: 3, delivered: 3 },
        },
      });
      await put({ state: 'enabled', versionRef: 'latest', revision: 2 });
      await endpoint.waitFor(5, 20_000);
      expect(received().slice(3)).toEqual(['{"n":4} /1.1.0', '{"n":5} /1.1.0']);

      // An enabled one goes on by itself.
      await backend.stop();
      await produceValues(topic, 6);
      backend = await start(db);
      await endpoint.waitFor(6, 30_000);
      expect(received()).toHaveLength(6);

      await backend.as('ada').delete(base).expect(204);
      await produceValues(topic, 7);
      await backend.as('olga').get(path).expect(404);
      await backend.stop();
      expect(received()).toHaveLength(6);
    },
  );

  it('without a repetition, although the cluster has forgotten the positions meanwhile', async () => {
    const topic = 'forgotten';
    await createTopics(kafka.plain.brokers, [{ topic, partitions: 2 }]);
    const db = await databases.init('SQLITE_3');
    let backend = await start(db);
    const { path, queueId } = await createQueue(backend, topic);
    await backend
      .as('olga')
      .put(path, {
        state: 'enabled',
        versionRef: 'latest',
        settings: { startFrom: 'earliest' },
        revision: 0,
      })
      .expect(200);
    await produceValues(topic, 1, 2, 3);
    await endpoint.waitFor(3, 20_000);
    await backend.stop();

    await produceValues(topic, 4, 5);
    await withAdmin(kafka.plain.brokers, admin =>
      admin.deleteGroups([groupIdOf(queueId)]),
    );
    backend = await start(db);
    await endpoint.waitFor(5, 30_000);
    await backend.stop();
    expect(received()).toEqual([1, 2, 3, 4, 5].map(n => `{"n":${n}} /1.1.0`));
  });

  it('with a password and a private authority, and not with others', async () => {
    const backend = await start(await databases.init('SQLITE_3'));
    const { brokers, ca, username, password } = kafka.sasl;
    const input = {
      name: 'private',
      type: 'kafka',
      brokers,
      tls: { ca },
      sasl: { mechanism: 'scram-sha-512', username, password },
    };
    const refuse = async (change: object, reason: string) => {
      const { body } = await backend
        .as('ada')
        .post('/connections', { ...input, ...change });
      expect([reason, body.error]).toEqual([
        reason,
        expect.objectContaining({ name: 'BrokerConnectionError', reason }),
      ]);
      expect(JSON.stringify(body)).not.toContain(password);
    };
    await refuse(
      { sasl: { ...input.sasl, password: 'wrong' } },
      'authentication',
    );
    await refuse({ tls: { ca: kafka.unrelatedCa } }, 'tls');
    await refuse({ tls: true }, 'tls');
    await refuse({ brokers: ['127.0.0.1:1'] }, 'unreachable');
    await refuse({ brokers: ['10.0.0.1:9092'] }, 'not-allowed');
    const list = await backend.as('ada').get('/connections').expect(200);
    expect(list.body.items).toEqual([]);

    const { body } = await backend.as('ada').post('/connections', input);
    expect(body).toMatchObject({ state: { status: 'connected' } });
    // What was sealed opens again.
    await backend.as('ada').get(`/connections/${body.id}/topics`).expect(200);
    await backend.stop();
  });

  it.each(databases.eachSupportedId())(
    'through another connection of the cluster, repeating nothing, with %s',
    async databaseId => {
      const topic = `moved-${databaseId}`;
      await createTopics(kafka.plain.brokers, [{ topic, partitions: 2 }]);
      const backend = await start(await databases.init(databaseId));
      const ada = backend.as('ada');
      try {
        const { base, path } = await createQueue(backend, topic);
        await backend
          .as('olga')
          .put(path, {
            ...{ state: 'enabled', versionRef: 'latest', revision: 0 },
            settings: { startFrom: 'earliest' },
          })
          .expect(200);
        await produceValues(topic, 1, 2, 3);
        await endpoint.waitFor(3, 20_000);
        const { brokers, username, password, ca } = kafka.sasl;
        const { body: rotated } = await ada
          .post('/connections', {
            ...{ name: 'rotated', type: 'kafka', brokers, tls: { ca } },
            sasl: { mechanism: 'scram-sha-512', username, password },
          })
          .expect(201);
        const produced = produceValues(topic, 4, 5, 6);
        await ada
          .post(`${path}/move`, { connectionId: rotated.id, revision: 1 })
          .expect(200);
        await produced;
        await ada.delete(base).expect(204);
        await produceValues(topic, 7, 8, 9);
        await endpoint.waitFor(9, 40_000);
        // Whoever is told that it runs is told so by the new connection.
        await waitUntil(
          async () => {
            const { body } = await ada.get(path).expect(200);
            const { phase, counters } = body.status;
            return phase === 'running' && counters.delivered === 9;
          },
          { timeoutMs: 20_000, what: 'the queue to run there' },
        );
        expect(received()).toEqual(
          [1, 2, 3, 4, 5, 6, 7, 8, 9].map(n => `{"n":${n}} /1.1.0`),
        );
      } finally {
        await backend.stop();
      }
    },
  );
});
