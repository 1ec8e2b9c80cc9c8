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
} from '@event-flows/testbed';
import type { Knex } from 'knex';
import { algorithm, algorithmVersion } from './__testUtils__/entities';
import { startBackend, type TestBackend } from './__testUtils__/startBackend';

jest.setTimeout(120_000);

const SENTIMENT = 'component:default/sentiment';
/** What requests that hang get: far more than a queue needs to stop otherwise. */
const DRAIN_MS = 12_000;

/** On two replicas with a real Kafka, while an endpoint does not answer. */
describe('a queue that is disabled', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  const backends: TestBackend[] = [];
  let kafka: KafkaCluster;
  let endpoint: RecordingEndpoint;

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain'] });
    endpoint = await startRecordingEndpoint();
  });

  afterAll(async () => {
    await Promise.all(backends.map(backend => backend.stop()));
    await endpoint?.close();
    await kafka?.stop();
  });

  async function start(knex: Knex): Promise<TestBackend> {
    const allow = ['127.0.0.1:*', 'localhost:*'];
    const backend = await startBackend({
      engine: createEngine(
        {
          brokers: { allow },
          endpoints: { allow: [`${endpoint.url}/`], credentials: [] },
          forwardHeaders: [],
          drainTimeoutMs: DRAIN_MS,
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
        ...['1.0.0', '1.1.0'].map(version =>
          algorithmVersion('sentiment', version, {
            endpoint: `${endpoint.url}/${version}`,
          }),
        ),
      ],
      features: [mockServices.database.factory({ knex })],
    });
    backends.push(backend);
    return backend;
  }

  it('begins nothing any more on any replica, and waits for no other one', async () => {
    endpoint.respond = ({ path }) =>
      path === '/1.0.0' ? 'hang' : { status: 200, delayMs: 50 };
    const requestsOf = (path: string) =>
      endpoint.requests.filter(request => request.path === path).length;
    const knex = await databases.init('SQLITE_3');
    const [one, two] = [await start(knex), await start(knex)];
    const ada = one.as('ada');
    const { brokers } = kafka.plain;
    const connection = await ada
      .post('/connections', { name: 'plain', type: 'kafka', brokers })
      .expect(201);
    const begin = async (topic: string, version: string) => {
      await createTopics(brokers, [{ topic, partitions: 4 }]);
      const records = Array.from({ length: 10_000 }, (_, n) => ({
        value: String(n),
      }));
      await produce(brokers, topic, records);
      const { body } = await ada
        .put(`/connections/${connection.body.id}/topics/${topic}/access`, {
          ...{ revision: 0 },
          access: [{ algorithmRef: SENTIMENT, apiType: 'subscriber' }],
        })
        .expect(200);
      const path = `/queues/${body.access[0].queueId}`;
      const read = async (backend = one): Promise<Queue> =>
        (await backend.as('olga').get(path).expect(200)).body;
      const put = async (update: object): Promise<Queue> =>
        (await one.as('olga').put(path, update).expect(200)).body;
      const settings = { startFrom: 'earliest', timeoutMs: 60_000 };
      const versionRef = `${SENTIMENT}-${version}`;
      await put({ state: 'enabled', versionRef, settings, revision: 0 });
      await waitUntil(async () => (await read()).status?.replicas === 2, {
        ...{ timeoutMs: 20_000, what: `both replicas to run ${topic}` },
      });
      return { read, disable: () => put({ state: 'disabled', revision: 1 }) };
    };
    const hanging = await begin('hanging', '1-0-0');
    const busy = await begin('busy', '1-1-0');
    await endpoint.waitFor(
      () => requestsOf('/1.0.0') > 0 && requestsOf('/1.1.0') > 100,
      20_000,
    );

    const first = hanging.disable();
    await waitUntil(async () => (await hanging.read()).state === 'disabled', {
      ...{ timeoutMs: 5_000, what: 'the first one to be disabled' },
    });
    await busy.disable();
    const atAnswer = [requestsOf('/1.0.0'), requestsOf('/1.1.0')];
    // The first one still drains, and says so.
    const draining = { reason: 'Stopping: requests in flight finish' };
    expect((await hanging.read(two)).status).toMatchObject(draining);
    expect((await first).status).toMatchObject(draining);
    for (const { read } of [busy, hanging]) {
      await waitUntil(
        async () => (await read(two)).status?.phase === 'stopped',
        { timeoutMs: DRAIN_MS + 10_000, what: 'the queue to have stopped' },
      );
    }
    expect([requestsOf('/1.0.0'), requestsOf('/1.1.0')]).toEqual(atAnswer);
    const { counters } = (await busy.read()).status ?? {};
    expect(counters).toMatchObject({ delivered: atAnswer[1], inFlight: 0 });
  });
});
