import {
  apiRoutes,
  BrokerConnectionError,
  type Connection,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import {
  aDeadLetter,
  aLetterId,
  aTopicRecord,
  InMemoryEngine,
  topicInfo,
} from '../__testUtils__/InMemoryEngine';
import {
  type Person,
  type RecordedEvent,
  startBackend,
  type TestBackend,
} from '../__testUtils__/startBackend';

// Some attempts wait for what the engine reports every few seconds.
jest.setTimeout(30_000);

const BROKER = 'kafka.example.com:9092';
const REFUSING = 'refusing.example.com:9092';
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const SENTIMENT = 'component:default/sentiment';

interface Scene {
  backend: TestBackend;
  engine: InMemoryEngine;
  connection: Connection;
  /** Another one of the same cluster. */
  other: Connection;
  queue: Queue;
}

/** An attempt to change something, and the one event that it must leave. */
interface Attempt {
  /** The route that it takes. */
  operationId: string;
  what: string;
  person: Person;
  path: (scene: Scene) => string;
  body?: object | ((scene: Scene) => object);
  status: number;
  event: Pick<RecordedEvent, 'eventId' | 'outcome' | 'error' | 'meta'>;
}

const success = { outcome: 'success' } as const;
const failure = (error: string) => ({ outcome: 'failure', error }) as const;
const refusal = failure('NotAllowedError');

const cluster = { name: 'two', type: 'kafka', brokers: [BROKER] };
const accessOf = (revision: number, ...refs: string[]) => ({
  access: refs.map(algorithmRef => ({ algorithmRef, apiType: 'subscriber' })),
  revision,
});
const record = { partition: 0, offset: '7' };
const to = { kind: 'earliest' };
const letter = { partition: 0, offset: '0', id: aLetterId('0') };

const inScene = {
  access: ({ connection }: Scene) =>
    `/connections/${connection.id}/topics/orders/access`,
  queue: ({ queue }: Scene) => `/queues/${queue.id}`,
  decisions: ({ queue }: Scene) => `/queues/${queue.id}/decisions`,
  connection: ({ connection }: Scene) => `/connections/${connection.id}`,
};

/** In this order: each finds what those before it have left. */
const attempts: Attempt[] = [
  ...(
    [
      ['by who may not', 'vic', cluster, 403, refusal],
      ['by who may', 'ada', cluster, 201, success],
      ['twice', 'ada', cluster, 409, failure('ConflictError')],
      [
        'a cluster that refuses',
        'ada',
        { ...cluster, name: 'three', brokers: [REFUSING] },
        400,
        failure('BrokerConnectionError'),
      ],
      ['nonsense', 'ada', {}, 400, failure('InputError')],
    ] as const
  ).map(([what, person, body, status, outcome]) => ({
    ...{ operationId: 'createConnection', what, person, body, status },
    path: () => '/connections',
    event: { eventId: 'connection-create', ...outcome },
  })),
  ...(
    [
      ['by who may not', 'vic', accessOf(1), 403, refusal],
      ['by who may', 'ada', accessOf(1, SENTIMENT), 200, success],
      ['late', 'ada', accessOf(1), 409, failure('ConflictError')],
    ] as const
  ).map(([what, person, body, status, outcome]) => ({
    ...{ operationId: 'updateAccess', what, person, body, status },
    path: inScene.access,
    event: { eventId: 'access-update', meta: { topic: 'orders' }, ...outcome },
  })),
  {
    ...{ operationId: 'updateAccess', what: 'of nothing', person: 'ada' },
    path: () => `/connections/${UNKNOWN_ID}/topics/orders/access`,
    body: accessOf(0),
    status: 404,
    event: { eventId: 'access-update', ...failure('NotFoundError') },
  },
  ...(
    [
      ['by who may not', 'vic', 'enabled', 0, 403, 'queue-enable', refusal],
      ['by who may', 'olga', 'enabled', 0, 200, 'queue-enable', success],
      ['anew', 'olga', 'enabled', 1, 200, 'queue-edit', success],
      [
        'late',
        'olga',
        'enabled',
        0,
        409,
        'queue-edit',
        failure('ConflictError'),
      ],
    ] as const
  ).map(([what, person, state, revision, status, eventId, outcome]) => ({
    ...{ operationId: 'updateQueue', what, person, status },
    path: inScene.queue,
    body: { state, versionRef: 'latest', revision },
    event: { eventId, meta: { algorithmRef: SENTIMENT }, ...outcome },
  })),
  {
    ...{ operationId: 'updateQueue', what: 'nonsense', person: 'olga' },
    ...{ path: inScene.queue, body: {}, status: 400 },
    event: { eventId: 'queue-update', ...failure('InputError') },
  },
  {
    ...{ operationId: 'updateQueue', what: 'of nothing', person: 'ada' },
    path: () => `/queues/${UNKNOWN_ID}`,
    body: { state: 'disabled', revision: 0 },
    status: 404,
    event: {
      ...{ eventId: 'queue-update', meta: { queueId: UNKNOWN_ID } },
      ...failure('NotFoundError'),
    },
  },
  ...(
    [
      ['by who may not', 'vic', { action: 'skip' }, 403, refusal],
      ['by who may', 'olga', { action: 'retry' }, 200, success],
      ['by who may', 'olga', { action: 'skip' }, 200, success],
      [
        'by who may',
        'olga',
        { action: 'dead-letter', deadLetterTopic: 'dead' },
        200,
        success,
      ],
      [
        'to nowhere',
        'olga',
        { action: 'dead-letter' },
        400,
        failure('InputError'),
      ],
    ] as const
  ).map(([what, person, decision, status, outcome]) => ({
    ...{ operationId: 'decideHeldUpRecord', what, person, status },
    path: inScene.decisions,
    body: { ...decision, ...record },
    event: {
      eventId: `queue-record-${decision.action}`,
      meta: record,
      ...outcome,
    },
  })),
  {
    ...{ operationId: 'decideHeldUpRecord', what: 'nonsense', person: 'olga' },
    ...{ path: inScene.decisions, body: {}, status: 400 },
    event: { eventId: 'queue-record-decide', ...failure('InputError') },
  },
  {
    ...{ operationId: 'decideHeldUpRecord', what: 'of nothing', person: 'ada' },
    path: () => `/queues/${UNKNOWN_ID}/decisions`,
    body: { action: 'skip', ...record },
    status: 404,
    event: { eventId: 'queue-record-skip', ...failure('NotFoundError') },
  },
  ...(
    [
      ['vic', 403, refusal],
      ['olga', 200, success],
    ] as const
  ).map(([person, status, outcome]) => ({
    ...{ operationId: 'updateQueue', what: 'to disabled', person, status },
    path: inScene.queue,
    body: { state: 'disabled', revision: 2 },
    event: { eventId: 'queue-disable', ...outcome },
  })),
  ...(
    [
      ['previewRewind', 'queue-rewind-preview', '/rewind/preview'],
      ['rewindQueue', 'queue-rewind', '/rewind'],
    ] as const
  ).flatMap(([operationId, eventId, route]) =>
    (
      [
        ['by who may not', 'vic', { to }, 403, refusal],
        ['nonsense', 'olga', { to: 'there' }, 400, failure('InputError')],
        ['by who may', 'olga', { to }, 200, success],
      ] as const
    ).map(([what, person, body, status, outcome]) => ({
      ...{ operationId, what, person, status },
      path: (scene: Scene) => inScene.queue(scene) + route,
      body: {
        ...body,
        ...(operationId === 'rewindQueue' && { revision: 3 }),
      },
      event: {
        ...{ eventId, ...outcome },
        ...(status !== 400 && { meta: { to } }),
      },
    })),
  ),
  ...(
    [
      ['peek', 'queue-peek', '/peek', { limit: 3 }, { limit: 0 }],
      [
        ...(['listPlaces', 'queue-list-places', '/places'] as const),
        ...([{ limit: 3 }, { limit: 0 }] as const),
      ],
      [
        ...(['tryVersion', 'queue-try-version', '/try'] as const),
        { partition: 0, offset: '0', versionRef: 'latest' },
        { partition: 0, offset: '0' },
      ],
    ] as const
  ).flatMap(([operationId, eventId, route, valid, invalid]) =>
    (
      [
        ['by who may not', 'vic', valid, 403, refusal],
        ['nonsense', 'olga', invalid, 400, failure('InputError')],
        ['by who may', 'olga', valid, 200, success],
      ] as const
    ).map(([what, person, body, status, outcome]) => ({
      ...{ operationId, what, person, status, body },
      path: (scene: Scene) => inScene.queue(scene) + route,
      event: {
        ...{ eventId, ...outcome },
        ...(status !== 400 && { meta: valid }),
      },
    })),
  ),
  ...(
    [
      ['by who may not', 'olga', 'connection', 403, refusal],
      ['nonsense', 'ada', 'nothing', 400, failure('InputError')],
      ['by who may', 'ada', 'connection', 200, success],
    ] as const
  ).map(([what, person, from, status, outcome]) => ({
    ...{ operationId: 'copyPublishers', what, person, status },
    path: ({ other }: Scene) => `/connections/${other.id}/publishers`,
    body: ({ connection }: Scene) => ({
      from: from === 'connection' ? connection.id : from,
    }),
    event: { eventId: 'publishers-copy', ...outcome },
  })),
  ...(
    [
      ['by who may not', 'olga', 3, 403, refusal],
      ['nonsense', 'ada', -1, 400, failure('InputError')],
      ['as it was before', 'ada', 0, 409, failure('ConflictError')],
      ['by who may', 'ada', 4, 200, success],
    ] as const
  ).map(([what, person, revision, status, outcome]) => ({
    ...{ operationId: 'moveQueue', what, person, status },
    path: (scene: Scene) => `${inScene.queue(scene)}/move`,
    body: ({ other }: Scene) => ({
      ...{ connectionId: other.id, revision, checkOnly: true },
    }),
    event: { eventId: 'queue-move', ...outcome },
  })),
  ...(
    [
      [
        'for a key, by who may not',
        'vic',
        { key: 'k', limit: 3 },
        403,
        refusal,
      ],
      ['nonsense', 'olga', { limit: 0 }, 400, failure('InputError')],
      ['by who may', 'olga', { key: 'k', limit: 3 }, 200, success],
    ] as const
  ).map(([what, person, body, status, outcome]) => ({
    ...{ operationId: 'findReceipts', what, person, status, body },
    path: (scene: Scene) => `${inScene.queue(scene)}/receipts`,
    event: { eventId: 'queue-receipts', ...outcome },
  })),
  {
    ...{ operationId: 'updateQueue', what: 'with dead letters' },
    ...{ person: 'olga', path: inScene.queue, status: 200 },
    body: {
      ...{ state: 'enabled', versionRef: 'latest', revision: 4 },
      settings: { deadLetterTopic: 'dead' },
    },
    event: { eventId: 'queue-enable', ...success },
  },
  ...(
    [
      ['listDeadLetters', 'queue-dead-letters-read', '', { limit: 3 }, 200],
      [
        ...([
          'redeliver',
          'queue-dead-letter-redeliver',
          '/redeliver',
        ] as const),
        ...([{ ...letter, versionRef: 'latest' }, 200] as const),
      ],
      [
        ...(['dismiss', 'queue-dead-letter-dismiss', '/dismiss'] as const),
        ...([{ ...letter, offset: '1', id: aLetterId('1') }, 204] as const),
      ],
      [
        ...([
          'purgeDeadLetters',
          'queue-dead-letters-purge',
          '/purge',
        ] as const),
        ...([{ checkOnly: true }, 200] as const),
      ],
    ] as const
  ).flatMap(([operationId, eventId, route, valid, done]) =>
    (
      [
        ['by who may not', 'vic', valid, 403, refusal],
        ['nonsense', 'olga', {}, 400, failure('InputError')],
        ['by who may', 'olga', valid, done, success],
      ] as const
    ).map(([what, person, body, status, outcome]) => ({
      ...{ operationId, what, person, status, body },
      path: (scene: Scene) => `${inScene.queue(scene)}/dead-letters${route}`,
      event: { eventId, ...outcome, ...(status !== 400 && { meta: valid }) },
    })),
  ),
  ...(
    [
      ['vic', 403, refusal],
      ['ada', 202, success],
    ] as const
  ).map(([person, status, outcome]) => ({
    ...{ operationId: 'rotateSecrets', what: 'now', person, status },
    path: () => '/secrets/rotation',
    event: { eventId: 'secrets-rotate', ...outcome },
  })),
  ...(
    [
      ['by who may not', 'vic', 403, refusal],
      ['by who may', 'ada', 204, success],
      ['twice', 'ada', 404, failure('NotFoundError')],
    ] as const
  ).map(([what, person, status, outcome]) => ({
    ...{ operationId: 'deleteConnection', what, person, status },
    path: inScene.connection,
    event: { eventId: 'connection-delete', ...outcome },
  })),
];

/** Where only administrators see connections, others are told of none. */
const unseen: Attempt[] = (
  [
    ['updateAccess', inScene.access, accessOf(1), 'access-update'],
    ['deleteConnection', inScene.connection, undefined, 'connection-delete'],
  ] as const
).map(([operationId, path, body, eventId]) => ({
  ...{ operationId, what: 'unseen', person: 'olga', path, body, status: 404 },
  event: { eventId, ...failure('NotFoundError') },
}));

/** A list that is asked for with a body. */
const LIST = 'listQueueTrends';

const changing = apiRoutes.filter(
  ({ method, operationId }) => method !== 'get' && operationId !== LIST,
);

describe('the auditor', () => {
  async function setScene(permissionsEnabled: boolean): Promise<Scene> {
    const engine = new InMemoryEngine();
    engine.clusters.set(BROKER, {
      clusterId: 'cluster-1',
      topics: ['orders', 'dead'].map(name => topicInfo(name)),
    });
    engine.clusters.set(REFUSING, {
      ...{ clusterId: 'cluster-2', topics: [] },
      failure: new BrokerConnectionError('authentication', 'No'),
    });
    engine.records = [aTopicRecord('0')];
    engine.deadLetters = ['0', '1'].map(offset => aDeadLetter(offset));
    const backend = await startBackend({ engine, permissionsEnabled });
    const ada = backend.as('ada');
    const connection = await ada
      .post('/connections', { ...cluster, name: 'one' })
      .expect(201);
    const other = await ada
      .post('/connections', { ...cluster, name: 'other' })
      .expect(201);
    const { id } = connection.body;
    await ada
      .put(`/connections/${id}/topics/orders/access`, accessOf(0, SENTIMENT))
      .expect(200);
    const { body } = await ada.get('/queues').expect(200);
    return {
      backend,
      engine,
      connection: connection.body,
      other: other.body,
      queue: body.items[0],
    };
  }

  /** What came of each attempt, and what the auditor was told. */
  async function make(scene: Scene, list: Attempt[]) {
    const { backend } = scene;
    const made: object[] = [];
    for (const { operationId, what, person, path, body } of list) {
      if (operationId === 'decideHeldUpRecord') {
        await holdUp(scene);
      }
      backend.events.length = 0;
      const client = backend.as(person);
      const { method } = routeOf(operationId);
      const { status } = await (method === 'delete'
        ? client.delete(path(scene))
        : client[method === 'put' ? 'put' : 'post'](
            path(scene),
            typeof body === 'function' ? body(scene) : (body ?? {}),
          ));
      const events = [...backend.events];
      made.push({ operationId, what, person, status, events });
    }
    return made;
  }

  /** The same, as it should be. */
  function expected(list: Attempt[]): object[] {
    return list.map(({ operationId, what, person, status, event }) => ({
      ...{ operationId, what, person, status },
      events: [
        expect.objectContaining({
          ...event,
          meta: expect.objectContaining(event.meta ?? {}),
        }),
      ],
    }));
  }

  it('is told of every change and of every refusal, once', async () => {
    const scene = await setScene(true);
    expect(await make(scene, attempts)).toEqual(expected(attempts));
    await scene.backend.stop();
  });

  it('is told of attempts to change what the caller may not even see', async () => {
    const scene = await setScene(false);
    expect(await make(scene, unseen)).toEqual(expected(unseen));
    await scene.backend.stop();
  });

  it('is not told of lists that are read', async () => {
    const scene = await setScene(true);
    scene.backend.events.length = 0;
    const vic = scene.backend.as('vic');
    await vic.get('/queues').expect(200);
    await vic
      .post('/queues/trends', { queueIds: [scene.queue.id] })
      .expect(200);
    expect(scene.backend.events).toEqual([]);
    await scene.backend.stop();
  });

  it.each(changing.map(({ operationId }) => operationId))(
    'is asked here about a success and a refusal of %s',
    operationId => {
      const outcomes = attempts
        .filter(attempt => attempt.operationId === operationId)
        .map(({ event }) => event.error ?? event.outcome);
      expect(outcomes).toEqual(
        expect.arrayContaining(['success', 'NotAllowedError']),
      );
    },
  );
});

/** Has the engine report a record that is held up, until that is known. */
async function holdUp({ backend, engine, queue }: Scene): Promise<void> {
  engine.overrides.set(queue.id, {
    phase: 'blocked',
    heldUp: [{ ...record, phase: 'blocked', reason: '', attempts: 1 }],
  });
  await waitUntil(
    async () =>
      (await backend.as('ada').get(`/queues/${queue.id}`)).body.status
        ?.phase === 'blocked',
    { what: 'the held-up record', timeoutMs: 8000 },
  );
}

function routeOf(operationId: string) {
  const route = apiRoutes.find(known => known.operationId === operationId);
  if (!route) {
    throw new Error(`The description has no ${operationId}`);
  }
  return route;
}
