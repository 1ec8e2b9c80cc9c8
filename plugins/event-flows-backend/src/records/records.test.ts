import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import type { DeliveryTarget } from '@event-flows/engine';
import {
  aTopicRecord,
  InMemoryEngine,
  topicInfo,
} from '../__testUtils__/InMemoryEngine';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';

const BROKER = 'kafka.example.com:9092';
const place = { partition: 0, offset: '1' };

describe('records of a queue', () => {
  let engine: InMemoryEngine;
  let backend: TestBackend;
  let queue: Queue;
  const post = (route: string, body: object) =>
    backend.as('olga').post(`/queues/${queue.id}${route}`, body);

  beforeEach(async () => {
    engine = new InMemoryEngine();
    engine.records = ['0', '1', '2'].map(aTopicRecord);
    engine.clusters.set(BROKER, {
      clusterId: 'cluster-1',
      topics: [topicInfo('orders')],
    });
    backend = await startBackend({ engine, permissionsEnabled: true });
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

  it('are shown to those who may look at them, and the audit does not hold them', async () => {
    backend.events.length = 0;
    const { body } = await post('/peek', { from: place, limit: 1 }).expect(200);
    expect(body.items).toEqual([
      {
        ...{ partition: 0, offset: '1', key: null },
        timestamp: '2025-11-24T16:00:00.000Z',
        value: { size: 8, encoding: 'utf8', data: 'record 1' },
        ...{ headers: [], headersLeftOut: 0 },
      },
    ]);
    expect(JSON.stringify(backend.events)).not.toContain('record 1');
    const seen = async (person: 'olga' | 'vic') =>
      (await backend.as(person).get('/queues').expect(200)).body.items[0]
        .mayReadRecords;
    expect(await seen('olga')).toBe(true);
    expect(await seen('vic')).toBe(false);
  });

  it('have places, which say nothing of what is in them', async () => {
    const { body } = await post('/places', { limit: 2 }).expect(200);
    expect(body).toEqual({
      items: [
        { partition: 0, offset: '1' },
        { partition: 0, offset: '2' },
      ],
    });
  });

  it('are sent to the version that is chosen, as the catalog has it', async () => {
    const targets: DeliveryTarget[] = [];
    const { trialOf } = engine;
    engine.trialOf = target => {
      targets.push(target);
      return {
        ...trialOf(target),
        answer: { bytes: Buffer.from('thanks'), size: 6 },
      };
    };
    const attempt = { ...place, versionRef: 'latest' };
    const { body } = await post('/try', attempt).expect(200);
    expect(body).toMatchObject({
      versionRef: 'component:default/sentiment-1-1-0',
      ...{ outcome: 'delivered', status: 200 },
      answer: { size: 6, encoding: 'utf8', data: 'thanks' },
    });
    expect(targets).toMatchObject([
      { kind: 'version', versionRef: 'component:default/sentiment-1-1-0' },
    ]);
  });

  it('are sent nowhere where there is no such record, or no such version', async () => {
    const gone = await post('/try', {
      ...{ partition: 0, offset: '9', versionRef: 'latest' },
    }).expect(404);
    expect(gone.body.error.message).toContain('partition 0, offset 9');
    const foreign = await post('/try', {
      ...{ ...place, versionRef: 'component:default/fraud-1-0-0' },
    }).expect(400);
    expect(foreign.body.error.message).toContain('not a version of');
  });

  it('are looked at by whoever may, and sent by those who may change the queue', async () => {
    const rita = backend.as('rita');
    await rita.post(`/queues/${queue.id}/peek`, { limit: 1 }).expect(200);
    await rita.post(`/queues/${queue.id}/places`, { limit: 1 }).expect(200);
    const { body } = await rita
      .post(`/queues/${queue.id}/try`, { ...place, versionRef: 'latest' })
      .expect(403);
    expect(body.error.message).toContain('event-flows.queue.update');
  });
});
