import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import {
  type Connection,
  groupIdOf,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { createEngine } from '@event-flows/engine';
import {
  createTopics,
  denyGroups,
  type KafkaCluster,
  produce,
  type RecordingEndpoint,
  startKafka,
  startRecordingEndpoint,
  waitUntil,
} from '@event-flows/testbed';
import type { Knex } from 'knex';
import { algorithm, algorithmVersion } from '../__testUtils__/entities';
import { DATABASE_IDS } from '../__testUtils__/records';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';
import { KnexQueueMovesStore } from './QueueMovesStore';

jest.setTimeout(120_000);

const SENTIMENT = 'component:default/sentiment';
/** Milliseconds that requests get to end when the engine stops. */
const DRAIN_MS = 1000;

/** A move is cut short at each of its steps; a real Kafka tells what became of it. */
describe('a move that is cut short', () => {
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

  beforeEach(() => {
    endpoint.clear();
    endpoint.respond = () => ({ status: 200 });
  });

  function start(knex: Knex): Promise<TestBackend> {
    const allow = ['127.0.0.1:*', 'localhost:*'];
    const endpoints = { allow: [`${endpoint.url}/`] };
    return startBackend({
      engine: createEngine(
        {
          brokers: { allow },
          endpoints: { ...endpoints, credentials: [] },
          forwardHeaders: [],
          drainTimeoutMs: DRAIN_MS,
        },
        () => {},
      ),
      permissionsEnabled: false,
      config: { brokers: { allow }, endpoints },
      entities: [
        algorithm('sentiment'),
        algorithmVersion('sentiment', '1.0.0', { endpoint: endpoint.url }),
      ],
      features: [mockServices.database.factory({ knex })],
    });
  }

  const numbers = () =>
    endpoint.requests
      .map(({ body }) => JSON.parse(body.toString()).n as number)
      .sort((a, b) => a - b);

  async function produceTo(topic: string, ...values: number[]) {
    await produce(
      kafka.plain.brokers,
      topic,
      values.map(n => ({ value: JSON.stringify({ n }) })),
    );
  }

  /** A backend that has delivered three records through the old one of two connections. */
  async function setScene(db: Knex, topic: string) {
    await createTopics(kafka.plain.brokers, [{ topic, partitions: 1 }]);
    const backend = await start(db);
    const ada = backend.as('ada');
    const connect = async (name: string, rest: object): Promise<Connection> =>
      (
        await ada
          .post('/connections', { name, type: 'kafka', ...rest })
          .expect(201)
      ).body;
    const old = await connect('old', { brokers: kafka.plain.brokers });
    const { brokers, username, password, ca } = kafka.sasl;
    const rotated = await connect('rotated', {
      ...{ brokers, tls: { ca } },
      sasl: { mechanism: 'scram-sha-512', username, password },
    });
    const { body: access } = await ada
      .put(`/connections/${old.id}/topics/${topic}/access`, {
        access: [{ algorithmRef: SENTIMENT, apiType: 'subscriber' }],
        revision: 0,
      })
      .expect(200);
    const { queueId } = access.access[0];
    const path = `/queues/${queueId}`;
    await ada
      .put(path, {
        ...{ state: 'enabled', versionRef: 'latest', revision: 0 },
        settings: { startFrom: 'earliest' },
      })
      .expect(200);
    await produceTo(topic, 1, 2, 3);
    await endpoint.waitFor(3, 20_000);
    return { backend, old, rotated, queueId, path };
  }

  async function untilQueue(
    backend: TestBackend,
    path: string,
    holds: (queue: Queue) => boolean,
  ) {
    await waitUntil(
      async () => holds((await backend.as('ada').get(path)).body),
      { what: 'the queue to be so', timeoutMs: 40_000 },
    );
  }

  const hasArrived = ({ openMove, status }: Queue) =>
    openMove === undefined && status?.phase === 'running';

  it.each(databases.eachSupportedId())(
    'before any replica heard of it goes on with the next start, with %s',
    async databaseId => {
      const topic = `unheard-${databaseId}`;
      const db = await databases.init(databaseId);
      const scene = await setScene(db, topic);
      const { old, rotated, queueId, path } = scene;
      await scene.backend.stop();
      // All that the process did before it died.
      await new KnexQueueMovesStore(db).move({
        ...{ queueId, topic, algorithmRef: SENTIMENT, from: old, to: rotated },
        ...{ revision: 1, by: 'user:default/ada', at: '2026-01-01T00:00:00Z' },
      });
      await produceTo(topic, 4, 5, 6);
      const backend = await start(db);
      try {
        await endpoint.waitFor(6, 40_000);
        await untilQueue(backend, path, hasArrived);
        expect(numbers()).toEqual([1, 2, 3, 4, 5, 6]);
      } finally {
        await backend.stop();
      }
    },
  );

  it.each(databases.eachSupportedId())(
    'while a request is under way has that record delivered again, with %s',
    async databaseId => {
      const topic = `under-way-${databaseId}`;
      const db = await databases.init(databaseId);
      const { backend, rotated, path } = await setScene(db, topic);
      endpoint.respond = () => 'hang';
      await produceTo(topic, 4);
      await endpoint.waitFor(4, 20_000);
      await backend
        .as('ada')
        .post(`${path}/move`, { connectionId: rotated.id, revision: 1 })
        .expect(200);
      // What it had under way ends without an answer.
      await backend.stop();
      endpoint.respond = () => ({ status: 200 });
      await produceTo(topic, 5);
      const next = await start(db);
      try {
        await untilQueue(next, path, hasArrived);
        await endpoint.waitFor(requests => {
          const answered = requests.filter(r => r.answeredStatus === 200);
          return answered.length === 5;
        }, 40_000);
        const delivered = endpoint.requests
          .filter(({ answeredStatus }) => answeredStatus === 200)
          .map(({ body }) => JSON.parse(body.toString()).n);
        expect(delivered).toEqual([1, 2, 3, 4, 5]);
      } finally {
        await next.stop();
      }
    },
  );

  it.each(databases.eachSupportedId())(
    'where the queue cannot run is still half-way after a restart, and goes back without a loss, with %s',
    async databaseId => {
      const topic = `barred-${databaseId}`;
      const db = await databases.init(databaseId);
      const scene = await setScene(db, topic);
      const { old, rotated, queueId, path } = scene;
      await scene.backend.stop();
      await new KnexQueueMovesStore(db).move({
        ...{ queueId, topic, algorithmRef: SENTIMENT, from: old, to: rotated },
        ...{ revision: 1, by: 'user:default/ada', at: '2026-01-01T00:00:00Z' },
      });
      await denyGroups(
        kafka.plain.brokers,
        [groupIdOf(queueId)],
        kafka.sasl.username,
      );
      await produceTo(topic, 4, 5, 6);
      const backend = await start(db);
      try {
        await untilQueue(
          backend,
          path,
          ({ status }) => status?.phase === 'failed',
        );
        const { body } = await backend.as('ada').get(path).expect(200);
        expect(body).toMatchObject({
          ...{ state: 'enabled', openMove: { from: { name: 'old' } } },
          connection: { name: 'rotated' },
        });
        expect(numbers()).toEqual([1, 2, 3]);
        await backend
          .as('ada')
          .post(`${path}/move`, { connectionId: old.id, revision: 2 })
          .expect(200);
        await endpoint.waitFor(6, 40_000);
        await untilQueue(backend, path, hasArrived);
        expect(numbers()).toEqual([1, 2, 3, 4, 5, 6]);
      } finally {
        await backend.stop();
      }
    },
  );
});
