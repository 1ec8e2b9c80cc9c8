import {
  BrokerConnectionError,
  defaultQueueSettings,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import {
  type InMemoryCluster,
  InMemoryEngine,
  topicInfo,
} from '../__testUtils__/InMemoryEngine';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';
import { mergeSettings } from './settings';

const BROKER = 'kafka.example.com:9092';
const SENTIMENT = 'component:default/sentiment';
const FRAUD = 'component:default/fraud';
const V1 = 'component:default/sentiment-1-0-0';

describe('queues', () => {
  let engine: InMemoryEngine;
  let cluster: InMemoryCluster;
  let backend: TestBackend;
  let queues: Record<'orders' | 'reviews' | 'fraud', Queue>;

  beforeEach(async () => {
    engine = new InMemoryEngine();
    cluster = {
      clusterId: 'cluster-1',
      topics: [
        topicInfo('orders'),
        topicInfo('reviews'),
        topicInfo('dead'),
        topicInfo('__internal', { internal: true }),
      ],
    };
    engine.clusters.set(BROKER, cluster);
    backend = await startBackend({ engine, permissionsEnabled: false });
    const ada = backend.as('ada');
    const connection = await ada
      .post('/connections', { name: 'one', type: 'kafka', brokers: [BROKER] })
      .expect(201);
    const give = (topic: string, refs: string[]) =>
      ada
        .put(`/connections/${connection.body.id}/topics/${topic}/access`, {
          access: refs.map(algorithmRef => ({
            algorithmRef,
            apiType: 'subscriber',
          })),
          revision: 0,
        })
        .expect(200);
    await give('orders', [SENTIMENT, FRAUD]);
    await give('reviews', [SENTIMENT]);
    const { items } = (await ada.get('/queues').expect(200)).body as {
      items: Queue[];
    };
    const find = (topic: string, algorithmRef: string) => {
      const found = items.find(
        q => q.topic === topic && q.algorithmRef === algorithmRef,
      );
      if (!found) {
        throw new Error(`No queue of ${algorithmRef} for ${topic}`);
      }
      return found;
    };
    queues = {
      orders: find('orders', SENTIMENT),
      reviews: find('reviews', SENTIMENT),
      fraud: find('orders', FRAUD),
    };
  });

  afterEach(() => backend.stop());

  const put = (queue: Queue, body: object) =>
    backend.as('olga').put(`/queues/${queue.id}`, body);
  const enable = (queue: Queue, revision: number, more: object = {}) =>
    put(queue, { state: 'enabled', versionRef: 'latest', revision, ...more });
  const disable = (queue: Queue, revision: number) =>
    put(queue, { state: 'disabled', revision });
  const read = async (queue: Queue): Promise<Queue> =>
    (await backend.as('olga').get(`/queues/${queue.id}`).expect(200)).body;

  it('begin disabled and stopped', () => {
    expect(queues.orders).toMatchObject({
      topic: 'orders',
      connection: { name: 'one' },
      state: 'disabled',
      revision: 0,
      status: {
        phase: 'stopped',
        replicas: 0,
        counters: { read: 0, delivered: 0, inFlight: 0 },
      },
    });
    expect(queues.orders).not.toHaveProperty('versionRef');
  });

  it('begin where it was said last, whatever a try that failed has left', async () => {
    const { admin } = engine;
    const { ensurePositions } = admin;
    admin.ensurePositions = async (...args) => {
      await ensurePositions(...args);
      throw new BrokerConnectionError('timeout', 'no answer');
    };
    await enable(queues.orders, 0, {
      settings: { startFrom: 'earliest' },
    }).expect(400);
    admin.ensurePositions = ensurePositions;
    await enable(queues.orders, 0, {
      settings: { startFrom: 'latest' },
    }).expect(200);
    expect([...engine.positions.values()]).toEqual(['latest']);
    // From then on it goes on where it was.
    await disable(queues.orders, 1).expect(200);
    await enable(queues.orders, 2, {
      settings: { startFrom: 'earliest' },
    }).expect(200);
    expect([...engine.positions.values()]).toEqual(['latest']);
  });

  it('begin where it was said by the one that enabled them', async () => {
    const { admin } = engine;
    const { ensurePositions } = admin;
    let goOn = () => {};
    const held = new Promise<void>(resolve => {
      goOn = resolve;
    });
    const asked = new Promise<void>(resolve => {
      admin.ensurePositions = async (...args) => {
        resolve();
        await held;
        return ensurePositions(...args);
      };
    });
    const startFrom = (start: string) =>
      enable(queues.orders, 0, { settings: { startFrom: start } });
    const first = startFrom('earliest').then(({ status }) => status);
    await asked;
    const second = await startFrom('latest');
    expect(second.status).toBe(409);
    expect(second.body.error.message).toContain('at this moment');
    goOn();
    expect(await first).toBe(200);
    expect([...engine.positions.values()]).toEqual(['earliest']);
  });

  it('are not enabled where nobody can say where they begin', async () => {
    const { admin } = engine;
    const { ensurePositions } = admin;
    admin.ensurePositions = async () => false;
    const { body } = await enable(queues.orders, 0).expect(409);
    expect(body.error.message).toContain('Somebody still reads');
    expect(await read(queues.orders)).toMatchObject({ state: 'disabled' });
    admin.ensurePositions = ensurePositions;
    await enable(queues.orders, 0).expect(200);
  });

  it('are enabled with a position, a version and settings', async () => {
    const { body } = await enable(queues.orders, 0, {
      versionRef: V1,
      settings: {
        startFrom: 'earliest',
        concurrency: 4,
        deadLetterTopic: 'dead',
      },
    }).expect(200);
    expect(body).toMatchObject({
      state: 'enabled',
      versionRef: V1,
      settings: {
        ...defaultQueueSettings,
        startFrom: 'earliest',
        concurrency: 4,
        deadLetterTopic: 'dead',
      },
      revision: 1,
      changedBy: 'user:default/olga',
    });
    expect(engine.positions).toEqual(
      new Map([[`event-flows.${queues.orders.id}`, 'earliest']]),
    );
    await waitUntil(
      async () => (await read(queues.orders)).status?.phase === 'running',
      { what: 'the queue', timeoutMs: 8000 },
    );
    expect((await read(queues.orders)).status).toMatchObject({
      replicas: 1,
      versionRef: V1,
    });
    expect(backend.events.at(-1)).toEqual({
      eventId: 'queue-enable',
      meta: {
        queueId: queues.orders.id,
        connectionId: queues.orders.connection.id,
        topic: 'orders',
        algorithmRef: SENTIMENT,
        versionRef: V1,
      },
      outcome: 'success',
    });
  });

  it('are edited without another position', async () => {
    await enable(queues.orders, 0, {
      settings: { startFrom: 'earliest', maxAttempts: 3 },
    }).expect(200);
    cluster.failure = new BrokerConnectionError('unreachable', 'Gone');
    const edited = await enable(queues.orders, 1, { versionRef: V1 });
    expect(edited.status).toBe(200);
    expect(edited.body.settings).toMatchObject({ maxAttempts: 3 });
    const again = await enable(queues.orders, 2, {
      settings: { startFrom: 'latest', timeoutMs: 1000 },
    }).expect(200);
    expect(again.body.settings).toEqual({
      ...defaultQueueSettings,
      startFrom: 'earliest',
      timeoutMs: 1000,
    });
    expect(backend.events.at(-1)).toMatchObject({ eventId: 'queue-edit' });
  });

  it('say stopped only when their group is empty', async () => {
    await enable(queues.orders, 0).expect(200);
    await waitUntil(() => engine.running.length === 1, {
      what: 'the queue',
      timeoutMs: 5000,
    });
    const group = `event-flows.${queues.orders.id}`;
    engine.foreignMembers.set(group, 1);
    const stopping = await disable(queues.orders, 1).expect(200);
    expect(stopping.body).toMatchObject({
      state: 'disabled',
      versionRef: 'latest',
      revision: 2,
      status: { reason: expect.stringContaining('Stopping') },
    });
    expect(stopping.body.status.phase).not.toBe('stopped');

    await enable(queues.orders, 2).expect(200);
    engine.foreignMembers.clear();
    const stopped = await disable(queues.orders, 3).expect(200);
    expect(stopped.body).toMatchObject({
      state: 'disabled',
      status: { phase: 'stopped' },
    });
    expect(engine.running).toEqual([]);
  });

  it('stay disabled when they are, without another revision', async () => {
    const { body } = await disable(queues.orders, 0).expect(200);
    expect(body).toMatchObject({ state: 'disabled', revision: 0 });
  });

  it('refuse a change of what was changed meanwhile', async () => {
    const answers = await Promise.all([
      enable(queues.orders, 0),
      enable(queues.orders, 0),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await disable(queues.orders, 0).expect(409);
    await enable(queues.orders, 7).expect(409);
  });

  it.each([
    ['another algorithm', 'component:default/fraud-1-0-0', 'is not a version'],
    ['no algorithm', 'component:default/unknown', 'is not a version'],
    [
      'an endpoint that is not allowed',
      'component:default/sentiment-9-0-0',
      'eventFlows.endpoints.allow',
    ],
  ])('refuse a version of %s', async (_, versionRef, message) => {
    const { body } = await enable(queues.orders, 0, { versionRef }).expect(400);
    expect(body.error.message).toContain(message);
    expect(engine.positions.size).toBe(0);
    expect(await read(queues.orders)).toMatchObject({
      state: 'disabled',
      revision: 0,
    });
  });

  it.each([
    ['its own topic', 'orders', 'has access to orders itself'],
    ['a topic that it reads', 'reviews', 'has access to reviews itself'],
    ['a topic that is not there', 'nowhere', 'has no topic nowhere'],
    ['a topic of Kafka itself', '__internal', 'belongs to Kafka itself'],
  ])('give up records neither to %s', async (_, deadLetterTopic, message) => {
    const { body } = await enable(queues.orders, 0, {
      settings: { deadLetterTopic },
    }).expect(400);
    expect(body.error.message).toContain(message);
    expect(await read(queues.orders)).toMatchObject({ revision: 0 });
  });

  it('give up records to what other algorithms have access to only if an administrator says so', async () => {
    const ada = backend.as('ada');
    await ada
      .put(`/connections/${queues.orders.connection.id}/topics/dead/access`, {
        access: [{ algorithmRef: FRAUD, apiType: 'publisher' }],
        revision: 0,
      })
      .expect(200);
    const settings = { deadLetterTopic: 'dead' };
    const { body } = await enable(queues.orders, 0, { settings }).expect(400);
    expect(body.error.message).toBe(
      'settings.deadLetterTopic: algorithms have access to dead; choose a topic that is for dead letters alone, or ask an administrator to choose this one',
    );
    const wanted = { state: 'enabled', versionRef: 'latest', settings };
    await ada
      .put(`/queues/${queues.orders.id}`, { ...wanted, revision: 0 })
      .expect(200);
    // It stays chosen, whoever changes something else.
    await enable(queues.orders, 1, {
      settings: { ...settings, concurrency: 2 },
    }).expect(200);
  });

  it('give up records to no topic that the algorithm reads by another connection of the cluster', async () => {
    const ada = backend.as('ada');
    const other = await ada
      .post('/connections', { name: 'two', type: 'kafka', brokers: [BROKER] })
      .expect(201);
    await ada
      .put(`/connections/${other.body.id}/topics/dead/access`, {
        access: [{ algorithmRef: SENTIMENT, apiType: 'subscriber' }],
        revision: 0,
      })
      .expect(200);
    const settings = { deadLetterTopic: 'dead' };
    const { body } = await enable(queues.orders, 0, { settings }).expect(400);
    expect(body.error.message).toContain('has access to dead itself');
    // Another algorithm reads it: that is no concern of this one.
    await ada
      .put(`/queues/${queues.fraud.id}`, {
        ...{ state: 'enabled', versionRef: 'latest', revision: 0, settings },
      })
      .expect(200);
  });

  it('refuse settings above the limits', async () => {
    const { body } = await enable(queues.orders, 0, {
      settings: { concurrency: 65 },
    }).expect(400);
    expect(body.error.message).toBe(
      'settings.concurrency: must not be above 64, the limit that the operator of this portal has set',
    );
  });

  it('keep what was set before the limit was', () => {
    const current = { ...defaultQueueSettings, concurrency: 100 };
    const delivery = {
      driver: 'kafkajs' as const,
      defaults: {},
      limits: { concurrency: 64 },
    };
    expect(mergeSettings(undefined, current, delivery)).toEqual(current);
    expect(mergeSettings(current, current, delivery)).toEqual(current);
    expect(() =>
      mergeSettings({ ...current, concurrency: 99 }, current, delivery),
    ).toThrow('settings.concurrency: must not be above 64');
  });

  it.each([
    [{}],
    [{ state: 'paused', revision: 0 }],
    [{ state: 'disabled' }],
    [{ state: 'disabled', revision: 0, versionRef: 'latest' }],
    [{ state: 'enabled', revision: 0 }],
    [{ state: 'enabled', versionRef: 'newest', revision: 0 }],
    [{ state: 'enabled', versionRef: 'latest', revision: 0.5 }],
    [
      {
        state: 'enabled',
        versionRef: 'latest',
        revision: 0,
        settings: { retries: 1 },
      },
    ],
    [
      {
        state: 'enabled',
        versionRef: 'latest',
        revision: 0,
        settings: { startFrom: { timestamp: 'yesterday' } },
      },
    ],
  ])('refuse %j', async body => {
    const answer = await put(queues.orders, body);
    expect(answer.status).toBe(400);
  });

  it('change nothing while the cluster cannot be reached', async () => {
    cluster.failure = new BrokerConnectionError('timeout', 'No answer');
    const { body } = await enable(queues.orders, 0).expect(400);
    expect(body.error).toMatchObject({
      name: 'BrokerConnectionError',
      reason: 'timeout',
    });
    expect(await read(queues.orders)).toMatchObject({
      state: 'disabled',
      revision: 0,
    });
  });

  describe('with a record that is held up', () => {
    const decide = (body: object, person: 'olga' | 'vic' = 'olga') =>
      backend.as(person).post(`/queues/${queues.orders.id}/decisions`, body);
    const record = { partition: 2, offset: '9007199254740993' };

    beforeEach(async () => {
      await enable(queues.orders, 0).expect(200);
      engine.overrides.set(queues.orders.id, {
        phase: 'blocked',
        heldUp: [
          {
            ...record,
            phase: 'blocked',
            reason: '422 from algorithms.example.com',
            attempts: 1,
          },
        ],
      });
      await waitUntil(
        async () => (await read(queues.orders)).status?.phase === 'blocked',
        { what: 'the held-up record', timeoutMs: 8000 },
      );
    });

    it.each(['retry', 'skip'])('let an owner %s it', async action => {
      const { body } = await decide({ action, ...record }).expect(200);
      expect(body).toMatchObject({ id: queues.orders.id, state: 'enabled' });
      expect(engine.running[0].decisions).toEqual([
        { id: expect.any(String), action, ...record },
      ]);
      expect(backend.events.at(-1)).toEqual({
        eventId: `queue-record-${action}`,
        meta: {
          queueId: queues.orders.id,
          connectionId: queues.orders.connection.id,
          topic: 'orders',
          algorithmRef: SENTIMENT,
          ...record,
        },
        outcome: 'success',
      });
    });

    it('let an owner dead-letter it to a topic that the algorithm does not read', async () => {
      const action = 'dead-letter';
      const without = await decide({ action, ...record }).expect(400);
      expect(without.body.error.message).toContain('this queue has none');
      const own = await decide({
        ...{ action, ...record, deadLetterTopic: 'reviews' },
      }).expect(400);
      expect(own.body.error.message).toContain('deadLetterTopic: ');
      expect(own.body.error.message).toContain('has access to reviews itself');
      await decide({ action, ...record, deadLetterTopic: 'dead' }).expect(200);
      expect(engine.running[0].decisions).toMatchObject([
        { action, deadLetterTopic: 'dead', ...record },
      ]);
    });

    it('refuse to decide about another record, or twice in different ways', async () => {
      const { body } = await decide({
        ...{ action: 'skip', ...record, offset: '5' },
      }).expect(409);
      expect(body.error.message).toContain('not held up any more');
      await decide({ action: 'skip', ...record }).expect(200);
      await decide({ action: 'retry', ...record }).expect(200);
      expect(engine.running[0].decisions).toMatchObject([{ action: 'retry' }]);
    });

    it('are not decided about by those who may only look', async () => {
      await decide({ action: 'skip', ...record }, 'vic').expect(403);
      expect(engine.running[0].decisions).toEqual([]);
      expect(backend.events.at(-1)).toMatchObject({
        eventId: 'queue-record-skip',
        outcome: 'failure',
      });
    });

    it('forget decisions when they are edited or disabled', async () => {
      await decide({ action: 'skip', ...record }).expect(200);
      await enable(queues.orders, 1).expect(200);
      await waitUntil(() => engine.running[0].revision === 2, {
        what: 'the edited queue',
        timeoutMs: 8000,
      });
      expect(engine.running[0].decisions).toEqual([]);
    });

    it.each([
      [{ action: 'skip', partition: 2 }],
      [{ action: 'skip', partition: 2, offset: 5 }],
      [{ action: 'skip', partition: 2, offset: '-1' }],
      [{ action: 'skip', partition: -1, offset: '5' }],
      [{ action: 'forget', ...record }],
      [{ action: 'skip', ...record, deadLetterTopic: 'dead' }],
      [{ action: 'dead-letter', ...record, deadLetterTopic: 'a b' }],
    ])('refuse %j', async body => {
      const answer = await decide(body);
      expect(answer.status).toBe(400);
    });
  });

  it('are for the owners of their algorithm', async () => {
    const { body } = await put(queues.fraud, {
      state: 'enabled',
      versionRef: 'latest',
      revision: 0,
    }).expect(403);
    expect(body.error.message).toContain('event-flows.queue.update');
    expect(backend.events.at(-1)).toMatchObject({
      eventId: 'queue-enable',
      outcome: 'failure',
      error: 'NotAllowedError',
    });
    const list = await backend
      .as('olga')
      .get('/algorithms/component/default/fraud/queues')
      .expect(200);
    expect(list.body.items).toMatchObject([
      { id: queues.fraud.id, mayUpdate: false },
    ]);
  });
});
