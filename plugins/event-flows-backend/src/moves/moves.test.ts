import type {
  Connection,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { BrokerConnectionError } from '@event-flows/backstage-plugin-event-flows-common';
import { InMemoryEngine, topicInfo } from '../__testUtils__/InMemoryEngine';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';

const OLD = 'old.example.com:9092';
const NEW = 'new.example.com:9092';
const SENTIMENT = 'component:default/sentiment';

describe('moving queues to another connection', () => {
  let engine: InMemoryEngine;
  let backend: TestBackend;
  let from: Connection;
  let to: Connection;
  let queue: Queue;

  async function connect(name: string, broker: string): Promise<Connection> {
    const input = { name, type: 'kafka', brokers: [broker] };
    return (await backend.as('ada').post('/connections', input).expect(201))
      .body;
  }

  const giveAccess = (connection: Connection, revision: number) =>
    backend
      .as('ada')
      .put(`/connections/${connection.id}/topics/orders/access`, {
        access: [{ algorithmRef: SENTIMENT, apiType: 'subscriber' }],
        revision,
      })
      .expect(200);

  beforeEach(async () => {
    engine = new InMemoryEngine();
    for (const broker of [OLD, NEW]) {
      engine.clusters.set(broker, {
        clusterId: 'cluster-1',
        topics: [topicInfo('orders'), topicInfo('dead')],
      });
    }
    backend = await startBackend({ engine, permissionsEnabled: true });
    from = await connect('old', OLD);
    to = await connect('new', NEW);
    await giveAccess(from, 0);
    [queue] = (await backend.as('ada').get('/queues').expect(200)).body.items;
    const { body } = await backend
      .as('olga')
      .put(`/queues/${queue.id}`, {
        ...{ state: 'enabled', versionRef: 'latest', revision: 0 },
        settings: { deadLetterTopic: 'dead' },
      })
      .expect(200);
    queue = body;
  });

  afterEach(() => backend.stop());

  const move = (body: object = {}, person: 'ada' | 'olga' = 'ada') =>
    backend.as(person).post(`/queues/${queue.id}/move`, {
      ...{ connectionId: to.id, revision: queue.revision },
      ...body,
    });

  const read = async (): Promise<Queue> =>
    (await backend.as('ada').get(`/queues/${queue.id}`).expect(200)).body;

  const accessAt = async ({ id }: Connection) =>
    (
      await backend
        .as('ada')
        .get(`/connections/${id}/topics/orders`)
        .expect(200)
    ).body;

  it('takes the queue with all that belongs to it', async () => {
    const { body } = await move().expect(200);
    expect(body).toMatchObject({
      ...{ id: queue.id, connection: { id: to.id, name: 'new' } },
      ...{ state: 'enabled', versionRef: 'latest', revision: 2 },
      settings: { deadLetterTopic: 'dead' },
    });
    // Also the engine has it from there, with the same consumer group.
    expect(engine.running).toMatchObject([
      {
        ...{ id: queue.id, groupId: `event-flows.${queue.id}` },
        connection: { id: to.id, brokers: [NEW] },
      },
    ]);
    expect(await accessAt(from)).toMatchObject({ access: [], revision: 2 });
    expect(await accessAt(to)).toMatchObject({
      ...{ access: [{ algorithmRef: SENTIMENT, queueId: queue.id }] },
      revision: 1,
    });
    const { body: changes } = await backend
      .as('ada')
      .get(`/queues/${queue.id}/changes`);
    expect(changes.items[0]).toMatchObject({
      ...{ by: 'user:default/ada' },
      change: { kind: 'moved', from: 'old', to: 'new' },
    });
    // What is left can go, and the queue stays.
    await backend.as('ada').delete(`/connections/${from.id}`).expect(204);
    expect(await read()).toMatchObject({ state: 'enabled' });
  });

  it('goes back the same way', async () => {
    await move().expect(200);
    await move({ connectionId: from.id, revision: 2 }).expect(200);
    expect((await read()).connection).toEqual(queue.connection);
    expect(await accessAt(from)).toMatchObject({ revision: 3 });
  });

  it('only finds out, where that is asked', async () => {
    const { body } = await move({ checkOnly: true }).expect(200);
    expect(body.connection.id).toBe(from.id);
    expect(await read()).toMatchObject({ revision: 1 });
  });

  describe('moves nothing', () => {
    const unmoved = () => ({ connection: { id: from.id }, revision: 1 });

    it.each([
      ['topic', 'orders'],
      ['dead-letter topic', 'dead'],
    ])('where the %s is not seen', async (_, name) => {
      const cluster = engine.clusters.get(NEW);
      if (cluster) {
        cluster.topics = cluster.topics.filter(topic => topic.name !== name);
      }
      const { body } = await move().expect(409);
      expect(body.error.message).toMatch(
        `shows no topic ${name} to whoever this connection signs in as`,
      );
      expect(await read()).toMatchObject(unmoved());
    });

    it('where the cluster refuses', async () => {
      const cluster = engine.clusters.get(NEW);
      if (cluster) {
        cluster.failure = new BrokerConnectionError('authorization', 'no');
      }
      await move().expect(400);
      expect(await read()).toMatchObject(unmoved());
    });

    it('to another cluster', async () => {
      engine.clusters.set('else.example.com:9092', {
        ...{ clusterId: 'cluster-2', topics: [topicInfo('orders')] },
      });
      const other = await connect('else', 'else.example.com:9092');
      const { body } = await move({ connectionId: other.id }).expect(409);
      expect(body.error.message).toMatch(/else is another cluster than old/);
      expect(await read()).toMatchObject(unmoved());
    });

    it('where it is already, and to what is none', async () => {
      await move({ connectionId: from.id }).expect(409);
      await move({
        connectionId: '00000000-0000-4000-8000-000000000000',
      }).expect(404);
      expect(await read()).toMatchObject(unmoved());
    });

    it('where the algorithm has a queue of the topic', async () => {
      await giveAccess(to, 0);
      const { body } = await move().expect(409);
      expect(body.error.message).toMatch(/has a queue of orders at new/);
      expect(await read()).toMatchObject(unmoved());
    });

    it('that somebody changed meanwhile', async () => {
      await move({ revision: 0 }).expect(409);
      expect(await read()).toMatchObject(unmoved());
    });

    it('for whoever may not decide about access', async () => {
      const { body } = await move({}, 'olga').expect(403);
      expect(body.error.message).toMatch(/event-flows/);
      expect(await read()).toMatchObject(unmoved());
    });
  });
});
