import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import {
  aTopicRecord,
  InMemoryEngine,
  topicInfo,
} from '../__testUtils__/InMemoryEngine';
import type { Entity } from '@backstage/catalog-model';
import { algorithmVersion } from '../__testUtils__/entities';
import {
  ENTITIES,
  startBackend,
  type TestBackend,
} from '../__testUtils__/startBackend';

const BROKER = 'kafka.example.com:9092';
const ALGORITHMS = 'https://algorithms.example.com/';
const letter = { partition: 0, offset: '0' };
const redelivery = { ...letter, versionRef: 'latest' };

describe('dead letters of a queue', () => {
  let engine: InMemoryEngine;
  let backend: TestBackend;
  let queue: Queue;
  let entities: Entity[];
  const post = (route: string, body: object) =>
    backend.as('olga').post(`/queues/${queue.id}/dead-letters${route}`, body);
  const list = async () => (await post('', { limit: 50 }).expect(200)).body;
  const marks = async () =>
    (await list()).items.map(({ mark }: { mark?: object }) => mark);

  beforeEach(async () => {
    engine = new InMemoryEngine();
    engine.records = ['0', '1'].map(aTopicRecord);
    engine.deadLetters = ['0', '1'].map(offset => ({
      ...{ partition: 0, offset, record: aTopicRecord(`1${offset}`) },
      versionRef: 'component:default/sentiment-1-0-0',
      ...{ status: 422, class: 'refused', reason: '422 from there' },
      ...{ attempts: 1, firstFailedAt: '2026-11-26T10:00:00.000Z' },
    }));
    engine.clusters.set(BROKER, {
      clusterId: 'cluster-1',
      topics: [topicInfo('orders'), topicInfo('dead')],
    });
    entities = [...ENTITIES];
    backend = await startBackend({
      ...{ engine, permissionsEnabled: true, entities },
      config: {
        endpoints: { allow: [ALGORITHMS, 'https://elsewhere.example.com/'] },
      },
    });
    const ada = backend.as('ada');
    const { body: connection } = await ada
      .post('/connections', { name: 'one', type: 'kafka', brokers: [BROKER] })
      .expect(201);
    await ada
      .put(`/connections/${connection.id}/topics/orders/access`, {
        access: [
          {
            algorithmRef: 'component:default/sentiment',
            apiType: 'subscriber',
          },
        ],
        revision: 0,
      })
      .expect(200);
    [queue] = (await ada.get('/queues').expect(200)).body.items;
  });

  afterEach(() => backend.stop());

  async function enable(settings: object) {
    await backend
      .as('olga')
      .put(`/queues/${queue.id}`, {
        ...{ state: 'enabled', versionRef: 'latest', revision: 0, settings },
      })
      .expect(200);
  }

  it('are shown as they were, with their story', async () => {
    await enable({ deadLetterTopic: 'dead' });
    const { topic, items } = await list();
    expect(topic).toBe('dead');
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({
      ...{ partition: 0, offset: '0', reason: '422 from there', status: 422 },
      record: { offset: '10', value: { encoding: 'utf8', data: 'record 10' } },
    });
    expect(items[0]).not.toHaveProperty('mark');
  });

  it('are there only where the queue has a topic for them', async () => {
    await enable({});
    expect(await list()).toEqual({ items: [] });
    const { body } = await post('/redeliver', redelivery).expect(409);
    expect(body.error.message).toContain('has no dead-letter topic');
  });

  it('are redelivered once, to this algorithm alone', async () => {
    await enable({ deadLetterTopic: 'dead' });
    const { body } = await post('/redeliver', redelivery).expect(200);
    expect(body).toMatchObject({ outcome: 'delivered', status: 200 });
    expect(await marks()).toEqual([
      {
        ...{ state: 'redelivered', by: 'user:default/olga' },
        at: expect.any(String),
      },
      undefined,
    ]);
    const again = await post('/redeliver', redelivery).expect(409);
    expect(again.body.error.message).toContain('was redelivered at');
    await post('/dismiss', letter).expect(409);
  });

  it('stay what they are when they are refused again', async () => {
    await enable({ deadLetterTopic: 'dead' });
    const { trialOf } = engine;
    engine.trialOf = target => ({
      ...trialOf(target),
      ...{ outcome: 'refused', status: 422, reason: '422 again' },
    });
    const { body } = await post('/redeliver', redelivery).expect(200);
    expect(body).toMatchObject({ outcome: 'refused', reason: '422 again' });
    expect(await marks()).toEqual([undefined, undefined]);
  });

  it('are sent nowhere that nobody has approved', async () => {
    await enable({ deadLetterTopic: 'dead' });
    const moved = algorithmVersion('sentiment', '1.1.0', {
      endpoint: 'https://elsewhere.example.com/1',
    });
    const at = entities.findIndex(
      ({ metadata }) => metadata.name === moved.metadata.name,
    );
    entities[at] = moved;
    for (const versionRef of ['latest', 'component:default/sentiment-1-1-0']) {
      const answer = await post('/redeliver', { ...letter, versionRef });
      expect(answer.status).toBe(409);
      expect(answer.body.error.message).toContain(
        'would now go to https://elsewhere.example.com',
      );
    }
    expect(await marks()).toEqual([undefined, undefined]);
    const versionRef = 'component:default/sentiment-1-0-0';
    await post('/redeliver', { ...letter, versionRef }).expect(200);
  });

  it('can be dismissed, and redelivered all the same', async () => {
    await enable({ deadLetterTopic: 'dead' });
    await post('/dismiss', letter).expect(204);
    expect(await marks()).toMatchObject([{ state: 'dismissed' }, undefined]);
    await post('/redeliver', redelivery).expect(200);
    expect(await marks()).toMatchObject([{ state: 'redelivered' }, undefined]);
  });

  it('that are done are purged, as far as none is open before them', async () => {
    await enable({ deadLetterTopic: 'dead' });
    const purge = async (checkOnly: boolean) =>
      (await post('/purge', { checkOnly }).expect(200)).body;
    await post('/dismiss', { ...letter, offset: '1' }).expect(204);
    expect(await purge(false)).toEqual({ records: 0 });
    await post('/redeliver', redelivery).expect(200);
    expect(await purge(true)).toEqual({ records: 2 });
    expect(await marks()).toHaveLength(2);
    expect(await purge(false)).toEqual({ records: 2 });
    expect(await marks()).toEqual([]);
  });

  it('are others where the topic was created anew', async () => {
    await enable({ deadLetterTopic: 'dead' });
    await post('/dismiss', letter).expect(204);
    expect(await marks()).toMatchObject([{ state: 'dismissed' }, undefined]);
    const [first, ...rest] = engine.deadLetters;
    const firstFailedAt = new Date(Date.now() + 60_000).toISOString();
    engine.deadLetters = [{ ...first, firstFailedAt }, ...rest];
    expect(await marks()).toEqual([undefined, undefined]);
  });

  it('are looked at by whoever may, and acted on by those who may change the queue', async () => {
    await enable({ deadLetterTopic: 'dead' });
    const rita = backend.as('rita');
    const path = `/queues/${queue.id}/dead-letters`;
    await rita.post(path, { limit: 1 }).expect(200);
    await rita.post(`${path}/redeliver`, redelivery).expect(403);
    await rita.post(`${path}/dismiss`, letter).expect(403);
    await rita.post(`${path}/purge`, { checkOnly: true }).expect(403);
    expect(await marks()).toEqual([undefined, undefined]);
  });
});
