import {
  groupIdOf,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { InMemoryEngine, topicInfo } from '../__testUtils__/InMemoryEngine';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';

jest.setTimeout(60_000);

const BROKER = 'kafka.example.com:9092';
const latest = { state: 'enabled', versionRef: 'latest' };
const beginning = { to: { kind: 'earliest' } };

describe('rewinding a queue', () => {
  let engine: InMemoryEngine;
  let backend: TestBackend;
  let queue: Queue;
  /** What the owner of the algorithm is answered. */
  const put = (body: object, revision: number) =>
    backend.as('olga').put(`/queues/${queue.id}`, { ...body, revision });
  const preview = (body: object = beginning) =>
    backend.as('olga').post(`/queues/${queue.id}/rewind/preview`, body);
  const rewind = (revision: number, body: object = beginning) =>
    backend
      .as('olga')
      .post(`/queues/${queue.id}/rewind`, { ...body, revision });

  beforeEach(async () => {
    engine = new InMemoryEngine();
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

  it('says what it would mean, and then does it', async () => {
    await put(latest, 0).expect(200);
    await put({ state: 'disabled' }, 1).expect(200);
    const { body } = await preview().expect(200);
    expect(body).toEqual({
      ...{ records: 10, again: 5, leftOut: 0 },
      partitions: [{ partition: 0, position: '5', target: '0' }],
    });
    expect(engine.moved.size).toBe(0);
    const ahead = await preview({ to: { kind: 'latest' } }).expect(200);
    expect(ahead.body).toMatchObject({ records: 0, again: 0, leftOut: 5 });

    const moved = await rewind(2).expect(200);
    expect(moved.body).toMatchObject({
      ...{ state: 'disabled', revision: 3, changedBy: 'user:default/olga' },
      status: { phase: 'stopped', lag: 10 },
    });
    expect(engine.moved.get(groupIdOf(queue.id))).toEqual([
      { partition: 0, offset: '0' },
    ]);
    const changes = await backend
      .as('olga')
      .get(`/queues/${queue.id}/changes`)
      .expect(200);
    expect(changes.body.items).toMatchObject([
      { by: 'user:default/olga', change: { kind: 'rewound', ...beginning } },
      { change: { kind: 'disabled' } },
      { change: { kind: 'enabled', versionRef: 'latest' } },
      { by: 'user:default/ada', change: { kind: 'access-given' } },
    ]);
    // What is kept beside Kafka must not bring the old position back.
    await put(latest, 3).expect(200);
    expect(engine.running[0].known).toMatchObject([
      { partition: 0, position: '0' },
    ]);
  });

  it('says what to do first where it cannot be done now', async () => {
    const never = await preview().expect(409);
    expect(never.body.error.message).toContain('never enabled');
    await put(latest, 0).expect(200);
    const enabled = await rewind(1).expect(409);
    expect(enabled.body.error.message).toContain('disable it first');
    await put({ state: 'disabled' }, 1).expect(200);
    await rewind(1).expect(409);
    const wrong = await rewind(2, {
      to: { kind: 'offset', partition: 7, offset: '0' },
    }).expect(400);
    expect(wrong.body.error.message).toContain('no partition 7');
    expect(engine.moved.size).toBe(0);
  });

  it('leaves everything as it is while anybody reads with the group', async () => {
    await put(latest, 0).expect(200);
    await put({ state: 'disabled' }, 1).expect(200);
    engine.foreignMembers.set(groupIdOf(queue.id), 1);
    const { body } = await rewind(2).expect(409);
    expect(body.error.message).toContain('wait until it has stopped');
    const after = await backend.as('olga').get(`/queues/${queue.id}`);
    expect(after.body.status.lag).not.toBe(10);
    // Trying again is no change that somebody else has made.
    expect(after.body.revision).toBe(2);
    const changes = await backend.as('olga').get(`/queues/${queue.id}/changes`);
    expect(changes.body.items[0].change).toEqual({ kind: 'disabled' });
  });
});
