import type {
  Connection,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { BrokerConnectionError } from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
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

  const giveAccess = (
    connection: Connection,
    revision: number,
    topic = 'orders',
    apiType = 'subscriber',
  ) =>
    backend
      .as('ada')
      .put(`/connections/${connection.id}/topics/${topic}/access`, {
        access: [{ algorithmRef: SENTIMENT, apiType }],
        revision,
      })
      .expect(200);

  beforeEach(async () => {
    engine = new InMemoryEngine();
    for (const broker of [OLD, NEW]) {
      engine.clusters.set(broker, {
        clusterId: 'cluster-1',
        topics: ['orders', 'dead', 'scores'].map(name => topicInfo(name)),
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

  const untilClosed = () =>
    waitUntil(async () => !(await read()).openMove, {
      ...{ what: 'the queue to have arrived', timeoutMs: 8000 },
    });

  const refuseAt = (broker: string) => {
    const cluster = engine.clusters.get(broker);
    if (cluster) {
      cluster.failure = new BrokerConnectionError('authentication', 'expired');
    }
  };

  describe('while nobody has seen it run', () => {
    beforeEach(() => {
      engine.overrides.set(queue.id, { phase: 'failed', reason: 'expired' });
    });

    it('says where it came from, until it runs', async () => {
      const { body } = await move().expect(200);
      expect(body.openMove).toEqual({
        ...{ from: { id: from.id, name: 'old' }, since: expect.any(String) },
      });
      engine.overrides.delete(queue.id);
      await untilClosed();
    });

    it('goes back without asking a cluster that may refuse, too', async () => {
      await move().expect(200);
      refuseAt(OLD);
      const { calls } = engine;
      const { body } = await move({
        ...{ connectionId: from.id, revision: 2 },
      }).expect(200);
      expect(body).toMatchObject({
        ...{ connection: { id: from.id }, state: 'enabled', revision: 3 },
      });
      // It is where it was: there is nothing to wait for.
      expect(body).not.toHaveProperty('openMove');
      expect(engine.calls).toBe(calls);
      expect(engine.running).toMatchObject([{ connection: { id: from.id } }]);
    });

    it('goes back also when it was disabled meanwhile', async () => {
      await move().expect(200);
      await backend
        .as('olga')
        .put(`/queues/${queue.id}`, { state: 'disabled', revision: 2 })
        .expect(200);
      refuseAt(OLD);
      const { body } = await move({
        ...{ connectionId: from.id, revision: 3 },
      }).expect(200);
      expect(body).toMatchObject({
        ...{ connection: { id: from.id }, state: 'disabled' },
      });
      expect(body).not.toHaveProperty('openMove');
    });

    it('comes from where it ran last, by however many ways', async () => {
      const third = await connect('third', NEW);
      await move().expect(200);
      const { body } = await move({
        ...{ connectionId: third.id, revision: 2 },
      }).expect(200);
      expect(body.openMove.from).toEqual({ id: from.id, name: 'old' });
    });

    it('comes from nowhere when that is deleted', async () => {
      await move().expect(200);
      await backend.as('ada').delete(`/connections/${from.id}`).expect(204);
      expect(await read()).not.toHaveProperty('openMove');
    });
  });

  it('asks the cluster again once it has arrived', async () => {
    await move().expect(200);
    await untilClosed();
    refuseAt(OLD);
    await move({ connectionId: from.id, revision: 2 }).expect(400);
    expect((await read()).connection.id).toBe(to.id);
  });

  it('leaves nothing open where it was disabled', async () => {
    await backend
      .as('olga')
      .put(`/queues/${queue.id}`, { state: 'disabled', revision: 1 })
      .expect(200);
    const { body } = await move({ revision: 2 }).expect(200);
    expect(body).toMatchObject({
      ...{ connection: { id: to.id }, state: 'disabled' },
    });
    expect(body).not.toHaveProperty('openMove');
  });

  it('says so where a replica does not follow in time, and goes on when it does', async () => {
    let release = () => {};
    engine.gate = new Promise(resolve => {
      release = resolve;
    });
    const { body } = await move().expect(503);
    expect(body.error.message).toMatch(/moved to new, but a replica/);
    // What the replica reports is of the run before, and proves nothing.
    expect(await read()).toMatchObject({
      ...{ connection: { id: to.id }, openMove: { from: { name: 'old' } } },
      status: { phase: 'running' },
    });
    release();
    await untilClosed();
  }, 40_000);

  describe('and who may publish', () => {
    const copy = (body: object = {}) =>
      backend
        .as('ada')
        .post(`/connections/${to.id}/publishers`, { from: from.id, ...body });

    it('has those without a queue publish at the other one, too', async () => {
      await giveAccess(from, 0, 'scores', 'publisher');
      const missing = { items: [{ topic: 'scores', algorithmRef: SENTIMENT }] };
      expect((await copy({ checkOnly: true }).expect(200)).body).toEqual(
        missing,
      );
      expect((await copy().expect(200)).body).toEqual(missing);
      const { body } = await backend
        .as('ada')
        .get(`/connections/${to.id}/topics/scores`)
        .expect(200);
      expect(body).toMatchObject({
        ...{ access: [{ algorithmRef: SENTIMENT, apiType: 'publisher' }] },
        revision: 1,
      });
      // Once is enough.
      expect((await copy().expect(200)).body).toEqual({ items: [] });
    });

    it('lets nobody read from a topic and publish to it', async () => {
      await giveAccess(from, 0, 'scores', 'publisher');
      await giveAccess(to, 0, 'scores');
      const calls = [
        () => copy({ checkOnly: true }),
        () => copy(),
        // It would take the access along.
        () => move({ checkOnly: true }),
        () => move(),
      ];
      for (const call of calls) {
        const { body } = await call().expect(409);
        expect(body.error.message).toMatch(
          `${SENTIMENT} publishes to scores at old and reads from it at new`,
        );
      }
      expect(await read()).toMatchObject({ connection: { id: from.id } });
    });

    it('lets nobody publish to a topic and read from it', async () => {
      await giveAccess(to, 0, 'orders', 'publisher');
      for (const checkOnly of [true, false]) {
        const { body } = await move({ checkOnly }).expect(409);
        expect(body.error.message).toMatch(/publishes to orders at new/);
      }
      expect(await read()).toMatchObject({ connection: { id: from.id } });
    });

    it('copies nothing between clusters', async () => {
      engine.clusters.set('else.example.com:9092', {
        ...{ clusterId: 'cluster-2', topics: [topicInfo('orders')] },
      });
      const other = await connect('else', 'else.example.com:9092');
      const { body } = await copy({ from: other.id }).expect(409);
      expect(body.error.message).toMatch(/new is another cluster than else/);
    });
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
      for (const checkOnly of [true, false]) {
        const { body } = await move({ checkOnly }).expect(409);
        expect(body.error.message).toMatch(/has a queue of orders at new/);
      }
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
