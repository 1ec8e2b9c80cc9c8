import { groupIdOf } from '@event-flows/backstage-plugin-event-flows-common';
import { createEngine } from '@event-flows/engine';
import {
  createTopics,
  denyGroups,
  denyTopic,
  type KafkaCluster,
  startKafka,
} from '@event-flows/testbed';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';

jest.setTimeout(120_000);

const SENTIMENT = 'component:default/sentiment';
const FRAUD = 'component:default/fraud';

/** A real cluster whose rules (ACLs) keep something from the user of the connection. */
describe('what the cluster forbids', () => {
  let kafka: KafkaCluster;
  let backend: TestBackend;
  let base: string;

  const deny = (topic: string) =>
    denyTopic(kafka.plain.brokers, topic, kafka.sasl.username);

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain', 'sasl'] });
    const topics = ['orders', 'secret', 'lost'].map(topic => ({ topic }));
    await createTopics(kafka.plain.brokers, topics);
    await deny('secret');

    const brokers = { allow: ['127.0.0.1:*'] };
    const endpoints = { allow: ['https://algorithms.example.com/'] };
    backend = await startBackend({
      engine: createEngine(
        {
          brokers,
          endpoints: { ...endpoints, credentials: [] },
          forwardHeaders: [],
          drainTimeoutMs: 5_000,
        },
        () => {},
      ),
      permissionsEnabled: true,
      config: { brokers, endpoints },
    });
    const { ca, username, password } = kafka.sasl;
    const { body } = await backend
      .as('ada')
      .post('/connections', {
        name: 'secured',
        type: 'kafka',
        brokers: kafka.sasl.brokers,
        tls: { ca },
        sasl: { mechanism: 'scram-sha-512', username, password },
      })
      .expect(201);
    base = `/connections/${body.id}`;
  });

  afterAll(async () => {
    await backend?.stop();
    await kafka?.stop();
  });

  const save = (topic: string, refs: string[], revision: number) =>
    backend.as('ada').put(`${base}/topics/${topic}/access`, {
      access: refs.map(algorithmRef => ({
        algorithmRef,
        apiType: 'subscriber',
      })),
      revision,
    });

  const enable = (queueId: string) =>
    backend.as('ada').put(`/queues/${queueId}`, {
      state: 'enabled',
      versionRef: 'latest',
      revision: 0,
    });

  const refusal = (message: RegExp) => ({
    error: {
      name: 'BrokerConnectionError',
      reason: 'authorization',
      message: expect.stringMatching(message),
    },
  });

  const topicRefusal = (topic: string) =>
    refusal(
      new RegExp(
        `^The cluster does not let "app" use the topic ${topic}.* ask the cluster's administrator`,
      ),
    );

  it('is said of a topic that is asked for by its name', async () => {
    const ada = backend.as('ada');
    const { body } = await ada.get(`${base}/topics/secret`).expect(400);
    expect(body).toMatchObject(topicRefusal('secret'));
    const missing = await ada.get(`${base}/topics/missing`).expect(404);
    expect(missing.body.error.message).toBe('The cluster has no topic missing');
  });

  it('is given to nobody, and nothing of it is stored', async () => {
    const { body } = await save('secret', [SENTIMENT], 0).expect(400);
    expect(body).toMatchObject(topicRefusal('secret'));
    const queues = await backend.as('ada').get('/queues').expect(200);
    expect(queues.body.items).toEqual([]);
  });

  it('is not enabled; what was given before can be taken away', async () => {
    const ada = backend.as('ada');
    const given = await save('lost', [SENTIMENT], 0).expect(200);
    const [{ queueId }] = given.body.access;
    await deny('lost');
    const enabled = await enable(queueId).expect(400);
    expect(enabled.body).toMatchObject(topicRefusal('lost'));
    const queue = await ada.get(`/queues/${queueId}`).expect(200);
    expect(queue.body).toMatchObject({ state: 'disabled', revision: 0 });

    const { body } = await ada.get(`${base}/topics/lost`).expect(200);
    expect(body).toMatchObject({
      access: [{ algorithmRef: SENTIMENT }],
      unreachable: { reason: 'authorization' },
    });
    const more = await save('lost', [SENTIMENT, FRAUD], 1).expect(400);
    expect(more.body).toMatchObject(topicRefusal('lost'));
    await save('lost', [], 1).expect(200);
    await ada.get(`${base}/topics/lost`).expect(400);
  });

  it('is said of a consumer group that may not be joined', async () => {
    const given = await save('orders', [SENTIMENT], 0).expect(200);
    const [{ queueId }] = given.body.access;
    const groupId = groupIdOf(queueId);
    await denyGroups(kafka.plain.brokers, [groupId], kafka.sasl.username);
    const { body } = await enable(queueId).expect(400);
    expect(body).toMatchObject(
      refusal(new RegExp(`join the consumer group ${groupId}: ask`)),
    );
    const queue = await backend.as('ada').get(`/queues/${queueId}`);
    expect(queue.body).toMatchObject({ state: 'disabled', revision: 0 });
    expect(queue.body).not.toHaveProperty('versionRef');
  });
});
