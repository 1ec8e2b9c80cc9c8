import {
  type ApiRoute,
  apiRoutes,
  type Connection,
  createOpenApiDocument,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import type { Router } from 'express';
import { mockServices } from '@backstage/backend-test-utils';
import {
  aLetterId,
  aTopicRecord,
  InMemoryEngine,
  topicInfo,
} from '../__testUtils__/InMemoryEngine';
import {
  type Person,
  startBackend,
  type TestBackend,
  type TestClient,
} from '../__testUtils__/startBackend';
import { createRouter } from './createRouter';

const letter = { partition: 0, offset: '0', id: aLetterId('0') };

const BROKER = 'kafka.example.com:9092';
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

/** What a route answers to each of the three people. */
type Answers = Record<'ada' | 'olga' | 'vic', number>;

interface Scene {
  backend: TestBackend;
  connection: Connection;
  queue: Queue;
}

async function setScene(
  permissionsEnabled: boolean,
  engine = new InMemoryEngine(),
): Promise<Scene> {
  engine.clusters.set(BROKER, {
    clusterId: 'cluster-1',
    topics: [topicInfo('orders'), topicInfo('reviews')],
  });
  engine.records = [aTopicRecord('0')];
  const backend = await startBackend({ engine, permissionsEnabled });
  const ada = backend.as('ada');
  const connection = await ada
    .post('/connections', { name: 'one', type: 'kafka', brokers: [BROKER] })
    .expect(201);
  await ada
    .put(`/connections/${connection.body.id}/topics/orders/access`, {
      access: [
        {
          algorithmRef: 'component:default/sentiment',
          apiType: 'subscriber',
        },
      ],
      revision: 0,
    })
    .expect(200);
  const { body } = await ada.get('/queues').expect(200);
  return { backend, connection: connection.body, queue: body.items[0] };
}

/** A valid call of each route that takes a body. */
const calls: Record<string, (scene: Scene) => { path: string; body?: object }> =
  {
    createConnection: () => ({
      path: '/connections',
      body: { name: `c${Math.random()}`, type: 'kafka', brokers: [BROKER] },
    }),
    updateAccess: ({ connection }) => ({
      path: `/connections/${connection.id}/topics/reviews/access`,
      body: {
        access: [
          {
            algorithmRef: 'component:default/sentiment',
            apiType: 'subscriber',
          },
        ],
        revision: 0,
      },
    }),
    copyPublishers: ({ connection }) => ({
      path: `/connections/${connection.id}/publishers`,
      body: { from: connection.id },
    }),
    updateQueue: ({ queue }) => ({
      path: `/queues/${queue.id}`,
      body: {
        state: 'enabled',
        versionRef: 'latest',
        revision: queue.revision,
      },
    }),
    listQueueTrends: ({ queue }) => ({
      path: '/queues/trends',
      body: { queueIds: [queue.id] },
    }),
    decideHeldUpRecord: ({ queue }) => ({
      path: `/queues/${queue.id}/decisions`,
      body: { action: 'retry', partition: 0, offset: '0' },
    }),
    moveQueue: ({ queue }) => ({
      path: `/queues/${queue.id}/move`,
      body: { connectionId: queue.connection.id, revision: queue.revision },
    }),
    peek: ({ queue }) => ({
      path: `/queues/${queue.id}/peek`,
      body: { limit: 5 },
    }),
    listPlaces: ({ queue }) => ({
      path: `/queues/${queue.id}/places`,
      body: { limit: 5 },
    }),
    findReceipts: ({ queue }) => ({
      path: `/queues/${queue.id}/receipts`,
      body: { limit: 5 },
    }),
    tryVersion: ({ queue }) => ({
      path: `/queues/${queue.id}/try`,
      body: { partition: 0, offset: '0', versionRef: 'latest' },
    }),
    listDeadLetters: ({ queue }) => ({
      path: `/queues/${queue.id}/dead-letters`,
      body: { limit: 5 },
    }),
    redeliver: ({ queue }) => ({
      path: `/queues/${queue.id}/dead-letters/redeliver`,
      body: { ...letter, versionRef: 'latest' },
    }),
    dismiss: ({ queue }) => ({
      path: `/queues/${queue.id}/dead-letters/dismiss`,
      body: letter,
    }),
    purgeDeadLetters: ({ queue }) => ({
      path: `/queues/${queue.id}/dead-letters/purge`,
      body: { checkOnly: true },
    }),
    previewRewind: ({ queue }) => ({
      path: `/queues/${queue.id}/rewind/preview`,
      body: { to: { kind: 'earliest' } },
    }),
    rewindQueue: ({ queue }) => ({
      path: `/queues/${queue.id}/rewind`,
      body: { to: { kind: 'earliest' }, revision: queue.revision },
    }),
  };

const access = (...refs: string[]) => ({
  access: refs.map(algorithmRef => ({ algorithmRef, apiType: 'subscriber' })),
  revision: 0,
});

/** Of each route that takes a body, what it does not take. */
const invalidBodies: Record<string, object[]> = {
  createConnection: [{}, [], { name: 'two', type: 'kafka', brokers: [] }],
  updateAccess: [
    {},
    [],
    { access: 'all', revision: 0 },
    access('component:default/sentiment', 'Component:default/Sentiment'),
    access('component:default/a\u0000'),
  ],
  copyPublishers: [{}, [], { from: 'x' }, { checkOnly: true }],
  updateQueue: [{}, [], { state: 'disabled', revision: 0, extra: true }],
  listQueueTrends: [
    {},
    [],
    { queueIds: [] },
    { queueIds: UNKNOWN_ID },
    { queueIds: ['orders'] },
    { queueIds: Array(201).fill(UNKNOWN_ID) },
  ],
  decideHeldUpRecord: [{}, [], { action: 'drop', partition: 0, offset: '0' }],
  moveQueue: [{}, [], { connectionId: 'x', revision: 0 }],
  peek: [
    {},
    [],
    { limit: 0 },
    { limit: 101 },
    { from: 'latest' },
    { all: true },
  ],
  listPlaces: [{}, [], { limit: 0 }, { limit: 1_001 }, { limit: '5' }],
  findReceipts: [{}, [], { limit: 201 }, { limit: 5, outcome: 'lost' }],
  tryVersion: [{}, [], { partition: 0, offset: '0', versionRef: 'first' }],
  listDeadLetters: [
    {},
    [],
    { limit: 501 },
    { limit: 5, reason: '' },
    { limit: 5, before: [] },
    { limit: 5, before: [0, 0].map(() => ({ partition: 0, offset: '5' })) },
  ],
  redeliver: [{}, [], letter, { ...letter, id: '0', versionRef: 'latest' }],
  dismiss: [{}, [], { ...letter, partition: -1 }, { ...letter, id: '' }],
  purgeDeadLetters: [{}, [], { checkOnly: 'yes' }],
  previewRewind: [{}, [], { to: 'earliest' }, { to: { kind: 'offset' } }],
  rewindQueue: [
    {},
    [],
    { to: { kind: 'earliest' } },
    { to: { kind: 'offset', partition: 0, offset: '-1' }, revision: 0 },
  ],
};

/** What the auditor is told of a refusal. */
const ERRORS: Record<number, string> = {
  400: 'InputError',
  403: 'NotAllowedError',
  404: 'NotFoundError',
};

/** With the framework, by the policy of the tests: everyone reads. */
const withFramework: Record<string, Answers> = {
  createConnection: { ada: 201, olga: 403, vic: 403 },
  updateAccess: { ada: 200, olga: 403, vic: 403 },
  copyPublishers: { ada: 200, olga: 403, vic: 403 },
  updateQueue: { ada: 200, olga: 200, vic: 403 },
  listQueueTrends: { ada: 200, olga: 200, vic: 200 },
  // Whoever may is told that no record is held up.
  decideHeldUpRecord: { ada: 409, olga: 409, vic: 403 },
  // Whoever may is told that the queue is there already.
  moveQueue: { ada: 409, olga: 403, vic: 403 },
  peek: { ada: 200, olga: 200, vic: 403 },
  listPlaces: { ada: 200, olga: 200, vic: 403 },
  findReceipts: { ada: 200, olga: 200, vic: 200 },
  tryVersion: { ada: 200, olga: 200, vic: 403 },
  listDeadLetters: { ada: 200, olga: 200, vic: 403 },
  // Whoever may is told that the queue has no dead-letter topic.
  redeliver: { ada: 409, olga: 409, vic: 403 },
  dismiss: { ada: 409, olga: 409, vic: 403 },
  purgeDeadLetters: { ada: 409, olga: 409, vic: 403 },
  // Whoever may is told that the queue was never enabled.
  previewRewind: { ada: 409, olga: 409, vic: 403 },
  rewindQueue: { ada: 409, olga: 409, vic: 403 },
};

/** Without it, what is administration does not exist for the others. */
const withoutFramework: Record<string, Answers> = {
  ...withFramework,
  updateAccess: { ada: 200, olga: 404, vic: 404 },
  copyPublishers: { ada: 200, olga: 404, vic: 404 },
};

describe('the routes', () => {
  it('are those of the description, no more and no less', () => {
    const router = createRouter({
      callerOf: async () => {
        throw new Error('not called');
      },
      authorizer: {} as never,
      connections: {} as never,
      access: {} as never,
      publisherCopies: {} as never,
      queues: {} as never,
      changes: {} as never,
      history: {} as never,
      decisions: {} as never,
      rewinds: {} as never,
      moves: {} as never,
      records: {} as never,
      receipts: {} as never,
      deadLetters: {} as never,
      secrets: {} as never,
      logger: mockServices.logger.mock(),
      version: '0.0.0',
    });
    const known = apiRoutes.map(({ method, path }) => `${method} ${path}`);
    expect(routesOf(router).sort()).toEqual(
      [...known, 'get /openapi.json'].sort(),
    );
    expect(Object.keys(invalidBodies).sort()).toEqual(
      apiRoutes
        .filter(({ request }) => request)
        .map(({ operationId }) => operationId)
        .sort(),
    );
  });

  it.each([
    ['with the permission framework', true, withFramework],
    ['without the permission framework', false, withoutFramework],
  ])(
    'tell what is wrong with a body to those only who may, %s',
    async (_, enabled, expected) => {
      const scene = await setScene(enabled);
      const { backend } = scene;
      for (const [operationId, bodies] of Object.entries(invalidBodies)) {
        for (const person of ['vic', 'olga', 'ada'] as const) {
          for (const body of bodies) {
            const { path } = calls[operationId](scene);
            backend.events.length = 0;
            const { status } = await send(
              backend.as(person),
              routeOf(operationId),
              path,
              body,
            );
            const byRight = expected[operationId][person];
            const isRefused = byRight === 403 || byRight === 404;
            expect([operationId, person, body, status]).toEqual([
              operationId,
              person,
              body,
              isRefused ? byRight : 400,
            ]);
            const refusal = {
              ...{ outcome: 'failure' },
              error: ERRORS[isRefused ? byRight : 400],
            };
            // Lists are read without a trace.
            expect(backend.events).toMatchObject(
              operationId === 'listQueueTrends' ? [] : [refusal],
            );
          }
        }
      }
      await backend.stop();
    },
  );

  it('refuse a body that is too large', async () => {
    const scene = await setScene(true);
    for (const operationId of Object.keys(invalidBodies)) {
      const { status } = await send(
        scene.backend.as('ada'),
        routeOf(operationId),
        calls[operationId](scene).path,
        { name: 'x'.repeat(600_000) },
      );
      expect([operationId, status]).toEqual([operationId, 413]);
      expect(statusesOf(operationId)).toContain(413);
    }
    await scene.backend.stop();
  });

  it('say so when a replica does not confirm that queues have stopped', async () => {
    const engine = new InMemoryEngine();
    const { backend, connection, queue } = await setScene(true, engine);
    const ada = backend.as('ada');
    await ada
      .put(`/queues/${queue.id}`, {
        ...{ state: 'enabled', versionRef: 'latest', revision: queue.revision },
      })
      .expect(200);
    let release = () => {};
    engine.gate = new Promise(resolve => {
      release = resolve;
    });
    const disabled = await ada
      .put(`/queues/${queue.id}`, {
        ...{ state: 'disabled', revision: queue.revision + 1 },
      })
      .expect(503);
    expect(disabled.body.error.message).toContain('The queue is disabled');
    expect(statusesOf('updateQueue')).toContain(503);
    const update = ada
      .put(`/connections/${connection.id}/topics/orders/access`, {
        ...{ access: [], revision: 1 },
      })
      .expect(503)
      // Sent when it is awaited, and here both are to wait at the same time.
      .then(response => response);
    await waitUntil(
      async () => (await ada.get(`/queues/${queue.id}`)).status === 404,
      { what: 'the access to be gone', timeoutMs: 8000 },
    );
    const deleted = await ada
      .delete(`/connections/${connection.id}`)
      .expect(503);
    const updated = await update;
    expect(updated.body.error.message).toContain('The access is saved');
    expect(statusesOf('updateAccess')).toContain(503);
    expect(deleted.body.error.message).toContain('removed as soon as');
    expect(statusesOf('deleteConnection')).toContain(503);
    release();
    await backend.stop();
  }, 60_000);

  it('let other services act, and say what each person may', async () => {
    const { backend } = await setScene(false);
    await backend.asService().get('/connections').expect(200);
    const allowed = async (person: Person) =>
      (await backend.as(person).get('/allowed')).body.items;
    expect(await allowed('ada')).toEqual([
      'event-flows.connection.read',
      'event-flows.connection.create',
      'event-flows.connection.delete',
      'event-flows.topic.read',
      'event-flows.access.update',
      'event-flows.secret.rotate',
    ]);
    expect(await allowed('olga')).toEqual([]);
    const mayUpdate = async (person: Person) =>
      (await backend.as(person).get('/queues')).body.items[0].mayUpdate;
    expect(await mayUpdate('ada')).toBe(true);
    expect(await mayUpdate('olga')).toBe(true);
    expect(await mayUpdate('vic')).toBe(false);
    await backend.stop();
  });

  it('know nothing of what is not there', async () => {
    const { backend, connection } = await setScene(true);
    const ada = backend.as('ada');
    for (const path of [
      `/connections/${UNKNOWN_ID}`,
      `/connections/${UNKNOWN_ID}/topics`,
      `/connections/${UNKNOWN_ID}/topics/orders`,
      '/connections/%00',
      '/connections/..%2f..',
      `/connections/${connection.id}/topics/unknown`,
      `/connections/${connection.id}/topics/a%00b`,
      `/connections/${connection.id}/topics/..`,
      `/queues/${UNKNOWN_ID}`,
      '/queues/%00',
      '/algorithms/component/default/unknown/queues',
      '/algorithms/component/default/website/queues',
      '/algorithms/group/default/nlp/queues',
      '/algorithms/component/default/a%00b/queues',
      '/unknown',
    ]) {
      const { status } = await ada.get(path);
      expect([path, status]).toEqual([path, 404]);
    }
    await ada.get('/connections/%E0%A4%A').expect(400);
    await backend.stop();
  });
});

function routeOf(operationId: string): ApiRoute {
  const route = apiRoutes.find(known => known.operationId === operationId);
  if (!route) {
    throw new Error(`The description has no ${operationId}`);
  }
  return route;
}

const described: {
  paths: Record<string, Record<string, { responses: object }>>;
} = JSON.parse(JSON.stringify(createOpenApiDocument('0.0.0')));

/** What the description says that a route may answer. */
function statusesOf(operationId: string): number[] {
  const { path, method } = routeOf(operationId);
  return Object.keys(described.paths[path][method].responses).map(Number);
}

function send(client: TestClient, route: ApiRoute, path: string, body = {}) {
  return route.method === 'get' || route.method === 'delete'
    ? client[route.method](path)
    : client[route.method](path, body);
}

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
}

/** Every route of a router and of the routers inside, in OpenAPI's spelling. */
function routesOf(router: Router | { stack: Layer[] }): string[] {
  return (router.stack as Layer[]).flatMap(({ route, handle }) => {
    if (route) {
      const path = route.path.replace(/:(\w+)/g, '{$1}');
      return Object.keys(route.methods).map(method => `${method} ${path}`);
    }
    return handle?.stack ? routesOf({ stack: handle.stack }) : [];
  });
}
