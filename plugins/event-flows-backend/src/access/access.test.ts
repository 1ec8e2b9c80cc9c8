import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  type BasicPermission,
} from '@backstage/plugin-permission-common';
import {
  BrokerConnectionError,
  eventFlowsTopicReadPermission,
} from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import {
  type InMemoryCluster,
  InMemoryEngine,
  topicInfo,
} from '../__testUtils__/InMemoryEngine';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';

/** A policy under which everyone may do everything else. */
function allowingAllBut({ name }: BasicPermission) {
  return createServiceFactory({
    service: coreServices.permissions,
    deps: {},
    factory: () =>
      mockServices.permissions.mock({
        authorizeConditional: async requests =>
          requests.map(() => ({ result: AuthorizeResult.ALLOW })),
        authorize: async requests =>
          requests.map(({ permission }) => ({
            result:
              permission.name === name
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
          })),
      }),
  });
}

const BROKER = 'kafka.example.com:9092';
const SENTIMENT = 'component:default/sentiment';
const FRAUD = 'component:default/fraud';

describe('topics and the access to them', () => {
  let engine: InMemoryEngine;
  let cluster: InMemoryCluster;
  let backend: TestBackend;
  let base: string;

  beforeEach(async () => {
    engine = new InMemoryEngine();
    cluster = {
      clusterId: 'cluster-1',
      topics: [
        topicInfo('orders', {
          retentionMs: 604_800_000,
          approximateRecords: 12,
        }),
        topicInfo('__consumer_offsets', { internal: true }),
      ],
    };
    engine.clusters.set(BROKER, cluster);
    backend = await startBackend({ engine, permissionsEnabled: true });
    const { body } = await backend
      .as('ada')
      .post('/connections', { name: 'one', type: 'kafka', brokers: [BROKER] })
      .expect(201);
    base = `/connections/${body.id}`;
  });

  afterEach(() => backend.stop());

  const save = (refs: string[], revision: number, topic = 'orders') =>
    backend.as('ada').put(`${base}/topics/${topic}/access`, {
      access: refs.map(algorithmRef => ({
        algorithmRef,
        apiType: 'subscriber',
      })),
      revision,
    });

  const unreachable = new BrokerConnectionError(
    'unreachable',
    'Nobody answers; check host and port',
  );

  it('says of a topic that nobody knows that the cluster is away, not that it is gone', async () => {
    cluster.failure = unreachable;
    const { body } = await backend
      .as('ada')
      .get(`${base}/topics/orders`)
      .expect(400);
    expect(body.error).toMatchObject({
      ...{ name: 'BrokerConnectionError', reason: 'unreachable' },
      message: expect.stringContaining('orders is not known: Nobody answers'),
    });
  });

  it('hides one topic from those who may not read topics, and refuses the list', async () => {
    await backend.stop();
    backend = await startBackend({
      ...{ engine, permissionsEnabled: true },
      permissions: allowingAllBut(eventFlowsTopicReadPermission),
    });
    const { body } = await backend
      .as('ada')
      .post('/connections', { name: 'one', type: 'kafka', brokers: [BROKER] })
      .expect(201);
    base = `/connections/${body.id}`;
    const ada = backend.as('ada');
    await ada.get(`${base}/topics`).expect(403);
    for (const topic of ['orders', 'unknown']) {
      const shown = await ada.get(`${base}/topics/${topic}`).expect(404);
      expect(shown.body.error.message).toBe('There is no such topic');
      await save([SENTIMENT], 0, topic).expect(404);
    }
  });

  it('list what the cluster has and who uses it', async () => {
    await save([SENTIMENT, FRAUD], 0).expect(200);
    const { body } = await backend.as('ada').get(`${base}/topics`).expect(200);
    expect(body).toEqual({
      items: [
        {
          name: 'orders',
          partitions: 3,
          internal: false,
          approximateRecords: 12,
          algorithms: 2,
          algorithmRefs: [FRAUD, SENTIMENT],
          queuesEnabled: 0,
        },
        expect.objectContaining({
          name: '__consumer_offsets',
          internal: true,
          algorithms: 0,
          algorithmRefs: [],
        }),
      ],
      knownAt: expect.any(String),
    });
  });

  it('show what was known last while the cluster is away', async () => {
    const ada = backend.as('ada');
    const before = await ada.get(`${base}/topics`).expect(200);
    cluster.failure = unreachable;
    const list = await ada.get(`${base}/topics`).expect(200);
    expect(list.body).toEqual({
      ...before.body,
      unreachable: {
        reason: 'unreachable',
        message: 'Nobody answers; check host and port',
      },
    });
    const connection = await ada.get(base).expect(200);
    expect(connection.body.state).toMatchObject({
      status: 'unreachable',
      reason: 'Nobody answers; check host and port',
    });
    const topic = await ada.get(`${base}/topics/orders`).expect(200);
    expect(topic.body).toMatchObject({
      partitions: 3,
      unreachable: { reason: 'unreachable' },
    });
    await ada.get(`${base}/topics/unknown`).expect(400);

    cluster.failure = undefined;
    await ada.get(`${base}/topics`).expect(200);
    const again = await ada.get(base).expect(200);
    expect(again.body.state.status).toBe('connected');
  });

  it('survive a cluster that never told anything', async () => {
    cluster.failure = unreachable;
    const { body } = await backend.as('ada').get(`${base}/topics`).expect(200);
    expect(body).toMatchObject({
      items: [],
      unreachable: { reason: 'unreachable' },
    });
    expect(body).not.toHaveProperty('knownAt');
  });

  it('are asked of the cluster once for all who wait', async () => {
    let tell = () => {};
    const topics = jest.spyOn(engine.admin, 'topics').mockReturnValue(
      new Promise(resolve => {
        tell = () => resolve(cluster.topics);
      }),
    );
    const waiting = [1, 2, 3].map(() =>
      backend
        .as('ada')
        .get(`${base}/topics`)
        .then(({ status }) => status),
    );
    await waitUntil(() => topics.mock.calls.length > 0, {
      what: 'the question',
      timeoutMs: 5000,
    });
    // This one comes through a whole request later than the others.
    await backend.as('ada').get(`${base}/topics/orders`).expect(200);
    tell();
    expect(await Promise.all(waiting)).toEqual([200, 200, 200]);
    expect(topics).toHaveBeenCalledTimes(1);
  });

  it('replace the list, and say who did it', async () => {
    const ada = backend.as('ada');
    const first = await save([SENTIMENT], 0).expect(200);
    expect(first.body).toMatchObject({
      name: 'orders',
      revision: 1,
      accessChangedBy: 'user:default/ada',
      access: [
        { algorithmRef: SENTIMENT, apiType: 'subscriber', state: 'disabled' },
      ],
    });
    const [{ queueId }] = first.body.access;
    const second = await save([SENTIMENT, FRAUD], 1).expect(200);
    expect(second.body.access).toMatchObject([
      { algorithmRef: FRAUD },
      { algorithmRef: SENTIMENT, queueId },
    ]);
    await save([FRAUD], 1).expect(409);
    const read = await ada.get(`${base}/topics/orders`).expect(200);
    expect(read.body).toEqual(second.body);
    expect(backend.events.at(-1)).toEqual({
      eventId: 'access-update',
      meta: expect.objectContaining({
        topic: 'orders',
        access: [{ algorithmRef: FRAUD, apiType: 'subscriber' }],
      }),
      outcome: 'failure',
      error: 'ConflictError',
    });
  });

  it('spell an algorithm in one way', async () => {
    const { body } = await save(['Component:Default/Sentiment'], 0).expect(200);
    expect(body.access).toMatchObject([{ algorithmRef: SENTIMENT }]);
    const answer = await save([SENTIMENT, 'Component:default/sentiment'], 1);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain('each algorithm only once');
  });

  it.each([
    ['component:default/unknown'],
    ['component:default/website'],
    ['component:default/sentiment-1-0-0'],
    ['group:default/nlp'],
  ])('take algorithms of the catalog only, not %s', async ref => {
    const { body } = await save([SENTIMENT, ref], 0).expect(400);
    expect(body.error.message).toContain(ref);
    const topic = await backend.as('ada').get(`${base}/topics/orders`);
    expect(topic.body).toMatchObject({ access: [], revision: 0 });
  });

  it('refuse what is no change of a list', async () => {
    const ada = backend.as('ada');
    for (const body of [
      {},
      { access: [] },
      { access: [{ algorithmRef: 'x', apiType: 'subscriber' }], revision: 0 },
      {
        access: [{ algorithmRef: SENTIMENT, apiType: 'reader' }],
        revision: 0,
      },
      { access: [], revision: -1 },
      { access: [], revision: 0, force: true },
      {
        access: [
          { algorithmRef: 'component:default/a\u0000', apiType: 'subscriber' },
        ],
        revision: 0,
      },
    ]) {
      const answer = await ada.put(`${base}/topics/orders/access`, body);
      expect([JSON.stringify(body), answer.status]).toEqual([
        JSON.stringify(body),
        400,
      ]);
    }
    await save([SENTIMENT], 0, 'unknown').expect(404);
  });

  it('stop the queue of an algorithm that loses access', async () => {
    const ada = backend.as('ada');
    const { body } = await save([SENTIMENT, FRAUD], 0).expect(200);
    const { queueId } = body.access[1];
    await ada
      .put(`/queues/${queueId}`, {
        state: 'enabled',
        versionRef: 'latest',
        revision: 0,
      })
      .expect(200);
    await save([FRAUD], 1).expect(200);
    expect(engine.running).toEqual([]);
    await ada.get(`/queues/${queueId}`).expect(404);
  });

  it('say so when a topic is gone from the cluster', async () => {
    await save([SENTIMENT], 0).expect(200);
    cluster.topics = [];
    const { body } = await backend
      .as('ada')
      .get(`${base}/topics/orders`)
      .expect(200);
    expect(body).toMatchObject({
      partitions: 0,
      access: [{ algorithmRef: SENTIMENT }],
      unreachable: { reason: 'missing' },
    });
    await save([], 1).expect(200);
    await backend.as('ada').get(`${base}/topics/orders`).expect(404);
  });
});
