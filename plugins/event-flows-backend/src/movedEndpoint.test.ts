import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
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
} from '@event-flows/testbed';
import { algorithm, algorithmVersion } from './__testUtils__/entities';
import { register } from './__testUtils__/liveCatalog';
import { startBackend } from './__testUtils__/startBackend';

jest.setTimeout(120_000);

const TOPIC = 'orders';
const SENTIMENT = 'component:default/sentiment';

/** A real Kafka, the real engine, and somebody who edits the catalog. */
describe('an endpoint that moves', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  let kafka: KafkaCluster;
  let approved: RecordingEndpoint;
  let other: RecordingEndpoint;

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain'] });
    approved = await startRecordingEndpoint();
    other = await startRecordingEndpoint();
    await createTopics(kafka.plain.brokers, [{ topic: TOPIC, partitions: 2 }]);
  });

  afterAll(async () => {
    await other?.close();
    await approved?.close();
    await kafka?.stop();
  });

  const produceValues = (...values: number[]) =>
    produce(
      kafka.plain.brokers,
      TOPIC,
      values.map(n => ({ value: `${n}` })),
    );
  const valuesAt = ({ requests }: RecordingEndpoint) =>
    requests.map(({ body }) => Number(body.toString()));
  const byValue = (a: number, b: number) => a - b;

  it('gets nothing before it is approved, and everything then', async () => {
    const allow = ['127.0.0.1:*', 'localhost:*'];
    const endpoints = [`${approved.url}/`, `${other.url}/`];
    const entities: Entity[] = [algorithm('sentiment')];
    const publish = (endpoint: string) =>
      register(entities, algorithmVersion('sentiment', '1.0.0', { endpoint }));
    publish(`${approved.url}/1.0.0`);
    const backend = await startBackend({
      engine: createEngine(
        {
          brokers: { allow },
          endpoints: { allow: endpoints, credentials: [] },
          forwardHeaders: [],
          drainTimeoutMs: 5000,
        },
        () => {},
      ),
      permissionsEnabled: false,
      config: { brokers: { allow }, endpoints: { allow: endpoints } },
      entities,
      features: [
        mockServices.database.factory({
          knex: await databases.init('SQLITE_3'),
        }),
      ],
    });
    const connection = await backend
      .as('ada')
      .post('/connections', {
        ...{ name: 'plain', type: 'kafka', brokers: kafka.plain.brokers },
      })
      .expect(201);
    const access = await backend
      .as('ada')
      .put(`/connections/${connection.body.id}/topics/${TOPIC}/access`, {
        access: [{ algorithmRef: SENTIMENT, apiType: 'subscriber' }],
        revision: 0,
      })
      .expect(200);
    const path = `/queues/${access.body.access[0].queueId}`;
    const enable = (body: object) =>
      backend
        .as('olga')
        .put(path, { state: 'enabled', versionRef: 'latest', ...body })
        .expect(200);
    const until = (what: string, condition: (queue: Queue) => boolean) =>
      waitUntil(
        async () =>
          condition((await backend.as('olga').get(path).expect(200)).body),
        { what, timeoutMs: 30_000 },
      );

    await enable({ settings: { startFrom: 'earliest' }, revision: 0 });
    await produceValues(1, 2, 3);
    await approved.waitFor(3, 20_000);

    publish(`${other.url}/1.0.0`);
    let isWaiting = false;
    const waiting = until('the queue to wait', ({ status }) => {
      isWaiting = status?.phase === 'paused' && status.waitsFor !== undefined;
      return isWaiting;
    });
    // Records come before, while and after the change is noticed.
    let last = 3;
    while (!isWaiting) {
      await produceValues(++last);
    }
    await waiting;
    const before = valuesAt(approved).length;
    await produceValues(last + 1, last + 2, last + 3);
    last += 3;
    await until('the records to wait', ({ status }) => (status?.lag ?? 0) >= 3);
    expect(valuesAt(other)).toEqual([]);

    const origin = new URL(other.url).origin;
    await enable({ origin, revision: 1 });
    await until('the balance', q => q.status?.counters.delivered === last);
    await backend.stop();
    expect(valuesAt(approved)).toHaveLength(before);
    expect([...valuesAt(approved), ...valuesAt(other)].sort(byValue)).toEqual(
      Array.from({ length: last }, (_, index) => index + 1),
    );
  });
});
