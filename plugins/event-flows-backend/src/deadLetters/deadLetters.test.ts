import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import {
  aDeadLetter,
  aLetterId,
  InMemoryEngine,
  topicInfo,
} from '../__testUtils__/InMemoryEngine';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import type { Knex } from 'knex';
import { algorithmVersion } from '../__testUtils__/entities';
import {
  ENTITIES,
  startBackend,
  type TestBackend,
} from '../__testUtils__/startBackend';

const BROKER = 'kafka.example.com:9092';
const ALGORITHMS = 'https://algorithms.example.com/';
const letter = { partition: 0, offset: '0', id: aLetterId('0') };
const other = { partition: 0, offset: '1', id: aLetterId('1') };
const redelivery = { ...letter, versionRef: 'latest' };

describe('dead letters of a queue', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  let db: Knex;
  let engine: InMemoryEngine;
  let backend: TestBackend;
  let queue: Queue;
  let entities: Entity[];
  const post = (route: string, body: object) =>
    backend.as('olga').post(`/queues/${queue.id}/dead-letters${route}`, body);
  const list = async (query: object = {}) =>
    (await post('', { limit: 50, ...query }).expect(200)).body;
  /** From the oldest letter on. */
  const marks = async () =>
    (await list()).items.map(({ mark }: { mark?: object }) => mark).reverse();
  const offsetsOf = ({ items }: { items: Array<{ offset: string }> }) =>
    items.map(({ offset }) => offset);

  beforeEach(async () => {
    engine = new InMemoryEngine();
    engine.deadLetters = ['0', '1'].map(offset => aDeadLetter(offset));
    engine.clusters.set(BROKER, {
      clusterId: 'cluster-1',
      topics: [topicInfo('orders'), topicInfo('dead')],
    });
    entities = [...ENTITIES];
    db = await databases.init('SQLITE_3');
    backend = await startBackend({
      features: [mockServices.database.factory({ knex: db })],
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
    expect(items[1]).toMatchObject({
      ...{ partition: 0, offset: '0', reason: '422 from there', status: 422 },
      record: { offset: '10', value: { encoding: 'utf8', data: 'record 10' } },
    });
    expect(items[1]).not.toHaveProperty('mark');
  });

  it('are shown page by page, the latest first', async () => {
    await enable({ deadLetterTopic: 'dead' });
    engine.deadLetters = ['0', '1', '2'].map(offset => aDeadLetter(offset));
    const first = await list({ limit: 2 });
    expect(offsetsOf(first)).toEqual(['2', '1']);
    expect(first.older).toEqual({
      ...{ before: [{ partition: 0, offset: '1' }], records: 1 },
    });
    const { before } = first.older;
    const second = await list({ limit: 2, before });
    expect(offsetsOf(second)).toEqual(['0']);
    expect(second).not.toHaveProperty('older');
  });

  it('are shown without those that are done where that is wanted, and by reason', async () => {
    await enable({ deadLetterTopic: 'dead' });
    engine.deadLetters = ['0', '1', '2'].map(offset => aDeadLetter(offset));
    await post('/dismiss', { ...other }).expect(204);
    await post('/redeliver', {
      ...{ partition: 0, offset: '2', id: aLetterId('2') },
      versionRef: 'latest',
    }).expect(200);
    const open = await list({ limit: 1, openOnly: true });
    expect(offsetsOf(open)).toEqual(['0']);
    expect(open).not.toHaveProperty('older');
    expect(offsetsOf(await list({ reason: 'from there' }))).toHaveLength(3);
    expect(offsetsOf(await list({ reason: 'elsewhere' }))).toEqual([]);
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
    const lastChange = async () =>
      (await backend.as('olga').get(`/queues/${queue.id}/changes`)).body
        .items[0];
    await post('/dismiss', other).expect(204);
    expect(await purge(false)).toEqual({ records: 0 });
    await post('/redeliver', redelivery).expect(200);
    expect(await purge(true)).toEqual({ records: 2 });
    expect(await marks()).toHaveLength(2);
    expect(await db('dead_letter_marks')).toHaveLength(2);
    expect((await lastChange()).change.kind).toBe('enabled');
    expect(await purge(false)).toEqual({ records: 2 });
    expect(await marks()).toEqual([]);
    // What was done about letters that are gone is of no use.
    expect(await db('dead_letter_marks')).toEqual([]);
    expect(await lastChange()).toMatchObject({
      by: 'user:default/olga',
      change: { kind: 'purged', topic: 'dead', records: 2 },
    });
  });

  it('are others where the topic was created anew, whatever the clocks say', async () => {
    await enable({ deadLetterTopic: 'dead' });
    await post('/redeliver', redelivery).expect(200);
    expect(await marks()).toMatchObject([{ state: 'redelivered' }, undefined]);
    const anew = { ...letter, id: aLetterId('n') };
    engine.deadLetters = [
      aDeadLetter('0', { id: anew.id }),
      ...engine.deadLetters.slice(1),
    ];
    expect(await marks()).toEqual([undefined, undefined]);
    expect((await post('/purge', { checkOnly: true })).body.records).toBe(0);
    // What somebody still sees of before is not there any more.
    for (const [route, body] of [
      ['/redeliver', redelivery],
      ['/dismiss', letter],
    ] as const) {
      const answer = await post(route, body).expect(404);
      expect(answer.body.error.message).toContain('look at the list again');
    }
    await post('/dismiss', anew).expect(204);
    expect(await marks()).toMatchObject([{ state: 'dismissed' }, undefined]);
    await post('/redeliver', { ...anew, versionRef: 'latest' }).expect(200);
    expect(await marks()).toMatchObject([{ state: 'redelivered' }, undefined]);
    await post('/redeliver', { ...anew, versionRef: 'latest' }).expect(409);
  });

  it('are done although they failed later than they were dismissed, by another clock', async () => {
    await enable({ deadLetterTopic: 'dead' });
    const firstFailedAt = new Date(Date.now() + 60_000).toISOString();
    engine.deadLetters = [aDeadLetter('0', { firstFailedAt })];
    await post('/dismiss', letter).expect(204);
    expect(await marks()).toMatchObject([{ state: 'dismissed' }]);
    expect(offsetsOf(await list({ openOnly: true }))).toEqual([]);
    expect((await post('/purge', { checkOnly: true })).body.records).toBe(1);
  });

  it('that were marked before they had ids are told by when they failed', async () => {
    await enable({ deadLetterTopic: 'dead' });
    await post('/redeliver', redelivery).expect(200);
    await db('dead_letter_marks').update({ letter_id: null });
    expect(await marks()).toMatchObject([{ state: 'redelivered' }, undefined]);
    await post('/redeliver', redelivery).expect(409);
    expect((await post('/purge', { checkOnly: true })).body.records).toBe(1);
    const firstFailedAt = new Date(Date.now() + 60_000).toISOString();
    engine.deadLetters = [aDeadLetter('0', { firstFailedAt })];
    expect(await marks()).toEqual([undefined]);
    expect((await post('/purge', { checkOnly: true })).body.records).toBe(0);
    await post('/redeliver', redelivery).expect(200);
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
