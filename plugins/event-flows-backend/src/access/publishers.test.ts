import type {
  Connection,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import {
  aDeadLetter,
  aLetterId,
  aTopicRecord,
  InMemoryEngine,
  topicInfo,
} from '../__testUtils__/InMemoryEngine';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';

const BROKER = 'kafka.example.com:9092';
const SENTIMENT = 'component:default/sentiment';
const FRAUD = 'component:default/fraud';

const subscriber = (algorithmRef: string) => ({
  ...{ algorithmRef, apiType: 'subscriber' },
});
const publisher = (algorithmRef: string) => ({
  ...{ algorithmRef, apiType: 'publisher' },
});

describe('publishers', () => {
  let engine: InMemoryEngine;
  let backend: TestBackend;
  let connection: Connection;
  let queue: Queue;

  async function give(topic: string, access: object[], revision = 0) {
    return backend
      .as('ada')
      .put(`/connections/${connection.id}/topics/${topic}/access`, {
        ...{ access, revision },
      });
  }

  const readQueues = async (): Promise<Queue[]> =>
    (await backend.as('ada').get('/queues').expect(200)).body.items;

  const enable = (id: string, settings: object, revision = 0) =>
    backend.as('ada').put(`/queues/${id}`, {
      ...{ state: 'enabled', versionRef: 'latest', revision, settings },
    });

  beforeEach(async () => {
    engine = new InMemoryEngine();
    engine.clusters.set(BROKER, {
      clusterId: 'cluster-1',
      topics: ['reviews', 'scores', 'dead'].map(name => topicInfo(name)),
    });
    backend = await startBackend({ engine, permissionsEnabled: true });
    const { body } = await backend
      .as('ada')
      .post('/connections', { name: 'one', type: 'kafka', brokers: [BROKER] })
      .expect(201);
    connection = body;
    await give('reviews', [subscriber(SENTIMENT)]);
    [queue] = await readQueues();
  });

  afterEach(() => backend.stop());

  it('are in the list of access, and have no queue', async () => {
    const { status, body } = await give('scores', [publisher(SENTIMENT)]);
    expect(status).toBe(200);
    expect(body.access).toEqual([publisher(SENTIMENT)]);
    const [only, ...others] = await readQueues();
    expect(others).toEqual([]);
    expect(only.mayPublishTo).toEqual(['scores']);
    const { body: topics } = await backend
      .as('ada')
      .get(`/connections/${connection.id}/topics`)
      .expect(200);
    expect(topics.items).toContainEqual(
      expect.objectContaining({
        ...{ name: 'scores', algorithms: 1, algorithmRefs: [SENTIMENT] },
        queuesEnabled: 0,
      }),
    );
  });

  it('have answers published, as the engine is told', async () => {
    await give('scores', [publisher(SENTIMENT)]);
    const { body } = await enable(queue.id, { outputTopic: 'scores' }).expect(
      200,
    );
    expect(body.settings).toMatchObject({ outputTopic: 'scores' });
    expect(engine.running).toMatchObject([{ outputTopic: 'scores' }]);
    expect(engine.running[0].settings).not.toHaveProperty('outputTopic');
  });

  it.each([
    ['without access', 'dead', /may not publish to dead/],
    ['where there is no topic', 'gone', /may not publish to gone/],
  ])('are refused %s', async (_, outputTopic, message) => {
    await give('scores', [publisher(SENTIMENT)]);
    const { body } = await enable(queue.id, { outputTopic }).expect(400);
    expect(body.error.message).toMatch(message);
    expect((await readQueues())[0].state).toBe('disabled');
  });

  describe('whose records are sent by a person', () => {
    const place = { partition: 0, offset: '0', versionRef: 'latest' };
    const post = (route: string, body: object) =>
      backend.as('ada').post(`/queues/${queue.id}/${route}`, body);
    const redeliver = () =>
      post('dead-letters/redeliver', { ...place, id: aLetterId('0') });

    beforeEach(async () => {
      engine.records = [aTopicRecord('0')];
      engine.deadLetters = [aDeadLetter('0')];
      await give('scores', [publisher(SENTIMENT)]);
      await enable(queue.id, {
        ...{ outputTopic: 'scores', deadLetterTopic: 'dead' },
      }).expect(200);
    });

    it('publish what a redelivered dead letter is answered, and nothing that is tried', async () => {
      await post('try', place).expect(200);
      await redeliver().expect(200);
      expect(engine.trials.map(({ output }) => output)).toEqual([
        { topic: 'scores' },
        { topic: 'scores', publisher: SENTIMENT },
      ]);
    });

    it('redeliver nothing when the access to publish has gone', async () => {
      await backend
        .as('ada')
        .put(`/queues/${queue.id}`, { state: 'disabled', revision: 1 })
        .expect(200);
      expect((await give('scores', [], 1)).status).toBe(200);
      const { body } = await redeliver().expect(409);
      expect(body.error.message).toMatch(/may not publish to scores/);
      expect(engine.trials).toEqual([]);
    });
  });

  it('do not publish to where dead letters go', async () => {
    await give('scores', [publisher(SENTIMENT)]);
    const { body } = await enable(queue.id, {
      ...{ outputTopic: 'scores', deadLetterTopic: 'scores' },
    }).expect(400);
    expect(body.error.message).toMatch(/is the dead-letter topic/);
  });

  it('are not subscribers of the same topic', async () => {
    const both = [publisher(SENTIMENT), subscriber(SENTIMENT)];
    const { status, body } = await give('scores', both);
    expect(status).toBe(400);
    expect(body.error.message).toMatch(/each algorithm only once/);
  });

  it('cannot close a loop', async () => {
    await give('scores', [publisher(SENTIMENT), subscriber(FRAUD)]);
    await give('reviews', [subscriber(SENTIMENT), publisher(FRAUD)], 1);
    await enable(queue.id, { outputTopic: 'scores' }).expect(200);
    const second = (await readQueues()).find(q => q.topic === 'scores');
    const { body } = await enable(second?.id ?? '', {
      outputTopic: 'reviews',
    }).expect(409);
    expect(body.error.message).toContain(
      `scores → ${FRAUD} → reviews → ${SENTIMENT} → scores`,
    );
    // One that publishes nothing only ends the chain.
    await enable(second?.id ?? '', {}).expect(200);
  });

  it('stay as long as an enabled queue publishes by them', async () => {
    await give('scores', [publisher(SENTIMENT)]);
    await enable(queue.id, { outputTopic: 'scores' }).expect(200);
    const { status, body } = await give('scores', [], 1);
    expect(status).toBe(409);
    expect(body.error.message).toMatch(
      /queue of reviews .* publishes to scores/,
    );
    await backend
      .as('ada')
      .put(`/queues/${queue.id}`, { state: 'disabled', revision: 1 })
      .expect(200);
    expect((await give('scores', [], 1)).status).toBe(200);
    expect((await readQueues())[0].mayPublishTo).toEqual([]);
  });

  it('go over with a queue that is moved', async () => {
    await give('scores', [publisher(SENTIMENT)]);
    await enable(queue.id, { outputTopic: 'scores' }).expect(200);
    const { body: to } = await backend
      .as('ada')
      .post('/connections', { name: 'two', type: 'kafka', brokers: [BROKER] })
      .expect(201);
    const { body } = await backend
      .as('ada')
      .post(`/queues/${queue.id}/move`, { connectionId: to.id, revision: 1 })
      .expect(200);
    expect(body).toMatchObject({
      ...{ mayPublishTo: ['scores'], settings: { outputTopic: 'scores' } },
    });
    // Whoever edits that list there sees that it is another one.
    const { body: topic } = await backend
      .as('ada')
      .get(`/connections/${to.id}/topics/scores`)
      .expect(200);
    expect(topic).toMatchObject({
      ...{ access: [publisher(SENTIMENT)], revision: 1 },
    });
  });
});
