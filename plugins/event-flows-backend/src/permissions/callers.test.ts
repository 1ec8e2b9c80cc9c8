import { mockCredentials } from '@backstage/backend-test-utils';
import {
  catalogConditions,
  createCatalogConditionalDecision,
} from '@backstage/plugin-catalog-backend/alpha';
import { catalogEntityReadPermission } from '@backstage/plugin-catalog-common/alpha';
import { isPermission } from '@backstage/plugin-permission-common';
import type { PermissionPolicy } from '@backstage/plugin-permission-node';
import {
  type ApiRoute,
  apiRoutes,
  eventFlowsQueueReadPermission,
  type Queue,
  type QueueTrend,
} from '@event-flows/backstage-plugin-event-flows-common';
import { z } from 'zod';
import { describedRoutes } from '../__testUtils__/badInput/describedRoutes';
import {
  aLetterId,
  aTopicRecord,
  InMemoryEngine,
  topicInfo,
} from '../__testUtils__/InMemoryEngine';
import {
  type CallerName,
  CALLERS,
  type Portal,
  startPortal,
} from '../__testUtils__/startPortal';

const letter = { partition: 0, offset: '0', id: aLetterId('0') };

// A whole portal starts for each policy.
jest.setTimeout(120_000);

const BROKER = 'kafka.example.com:9092';
const SENTIMENT = 'component:default/sentiment';
const FRAUD = 'component:default/fraud';

const COLUMNS = [
  ...(['administrator', 'owner', 'foreignOwner', 'viewer'] as const),
  ...(['service', 'nobody'] as const),
];

/**
 * Who gets which answer, about the queue of the owner's algorithm: by the
 * demo's example policy, and, without the permission framework, by
 * `eventFlows.administrators` and the catalog's owners, which is the same.
 *
 * Behind what may not be read there is nothing (404), whatever is tried on it.
 * Whoever may decide about a held-up record is told that there is none (409).
 */
// prettier-ignore
const EXPECTED: Record<string, number[]> = {
  //                  administrator  owner  foreignOwner  viewer  service  nobody
  getAllowed:         [         200,   200,          200,    200,     200,    401],
  getConnections:     [         200,   403,          403,    403,     200,    401],
  createConnection:   [         201,   403,          403,    403,     201,    401],
  getConnection:      [         200,   404,          404,    404,     200,    401],
  getTopics:          [         200,   404,          404,    404,     200,    401],
  getTopic:           [         200,   404,          404,    404,     200,    401],
  updateAccess:       [         200,   404,          404,    404,     200,    401],
  copyPublishers:     [         200,   404,          404,    404,     200,    401],
  getAlgorithmQueues: [         200,   200,          200,    200,     200,    401],
  getQueues:          [         200,   200,          200,    200,     200,    401],
  listQueueTrends:    [         200,   200,          200,    200,     200,    401],
  getQueue:           [         200,   200,          200,    200,     200,    401],
  getQueueChanges:    [         200,   200,          200,    200,     200,    401],
  getQueueHistory:    [         200,   200,          200,    200,     200,    401],
  updateQueue:        [         200,   200,          403,    403,     200,    401],
  decideHeldUpRecord: [         409,   409,          403,    403,     409,    401],
  moveQueue:          [         409,   403,          403,    403,     409,    401],
  peek:               [         200,   200,          403,    403,     200,    401],
  listPlaces:         [         200,   200,          403,    403,     200,    401],
  findReceipts:       [         200,   200,          200,    200,     200,    401],
  tryVersion:         [         200,   200,          403,    403,     200,    401],
  listDeadLetters:    [         200,   200,          403,    403,     200,    401],
  redeliver:          [         409,   409,          403,    403,     409,    401],
  dismiss:            [         409,   409,          403,    403,     409,    401],
  purgeDeadLetters:   [         409,   409,          403,    403,     409,    401],
  previewRewind:      [         409,   409,          403,    403,     409,    401],
  rewindQueue:        [         409,   409,          403,    403,     409,    401],
  getSecretRotation:  [         200,   403,          403,    403,     200,    401],
  rotateSecrets:      [         202,   403,          403,    403,     202,    401],
  deleteConnection:   [         204,   404,          404,    404,     204,    401],
};

/** The same where a policy shows queues and algorithms to their owners only. */
// prettier-ignore
const EXPECTED_IN_PRIVATE: Record<string, number[]> = {
  ...EXPECTED,
  //                  administrator  owner  foreignOwner  viewer  service  nobody
  getAlgorithmQueues: [         200,   200,          404,    404,     200,    401],
  getQueue:           [         200,   200,          404,    404,     200,    401],
  getQueueChanges:    [         200,   200,          404,    404,     200,    401],
  getQueueHistory:    [         200,   200,          404,    404,     200,    401],
  updateQueue:        [         200,   200,          404,    404,     200,    401],
  decideHeldUpRecord: [         409,   409,          404,    404,     409,    401],
  moveQueue:          [         409,   403,          404,    404,     409,    401],
  peek:               [         200,   200,          404,    404,     200,    401],
  listPlaces:         [         200,   200,          404,    404,     200,    401],
  findReceipts:       [         200,   200,          404,    404,     200,    401],
  tryVersion:         [         200,   200,          404,    404,     200,    401],
  listDeadLetters:    [         200,   200,          404,    404,     200,    401],
  redeliver:          [         409,   409,          404,    404,     409,    401],
  dismiss:            [         409,   409,          404,    404,     409,    401],
  purgeDeadLetters:   [         409,   409,          404,    404,     409,    401],
  previewRewind:      [         409,   409,          404,    404,     409,    401],
  rewindQueue:        [         409,   409,          404,    404,     409,    401],
};

/** How many of the two queues, of sentiment and of fraud, each one sees. */
// prettier-ignore
const LISTED: Record<CallerName, string[]> = {
  administrator: [FRAUD, SENTIMENT],
  owner:         [SENTIMENT],
  foreignOwner:  [FRAUD],
  viewer:        [],
  service:       [FRAUD, SENTIMENT],
  nobody:        [],
};

interface Scene {
  connectionId: string;
  queueId: string;
}

const accessOf = (...refs: string[]) =>
  refs.map(algorithmRef => ({ algorithmRef, apiType: 'subscriber' }));

/** A valid call of each route; the last one takes the scene away. */
const CALLS: Record<string, (scene: Scene) => [path: string, body?: object]> = {
  getAllowed: () => ['/allowed'],
  getConnections: () => ['/connections'],
  createConnection: ({ connectionId }) => [
    '/connections',
    { name: `beside ${connectionId}`, type: 'kafka', brokers: [BROKER] },
  ],
  getConnection: ({ connectionId }) => [`/connections/${connectionId}`],
  getTopics: ({ connectionId }) => [`/connections/${connectionId}/topics`],
  getTopic: ({ connectionId }) => [
    `/connections/${connectionId}/topics/orders`,
  ],
  updateAccess: ({ connectionId }) => [
    `/connections/${connectionId}/topics/reviews/access`,
    { access: accessOf(SENTIMENT), revision: 0 },
  ],
  copyPublishers: ({ connectionId }) => [
    `/connections/${connectionId}/publishers`,
    { from: connectionId },
  ],
  getAlgorithmQueues: () => ['/algorithms/component/default/sentiment/queues'],
  getQueues: () => ['/queues'],
  listQueueTrends: ({ queueId }) => ['/queues/trends', { queueIds: [queueId] }],
  getQueue: ({ queueId }) => [`/queues/${queueId}`],
  getQueueHistory: ({ queueId }) => [`/queues/${queueId}/history/hour`],
  getQueueChanges: ({ queueId }) => [`/queues/${queueId}/changes`],
  updateQueue: ({ queueId }) => [
    `/queues/${queueId}`,
    { state: 'enabled', versionRef: 'latest', revision: 0 },
  ],
  decideHeldUpRecord: ({ queueId }) => [
    `/queues/${queueId}/decisions`,
    { action: 'retry', partition: 0, offset: '0' },
  ],
  // Whoever may is told that the queue is there already.
  moveQueue: ({ queueId, connectionId }) => [
    `/queues/${queueId}/move`,
    { connectionId, revision: 1 },
  ],
  peek: ({ queueId }) => [`/queues/${queueId}/peek`, { limit: 5 }],
  listPlaces: ({ queueId }) => [`/queues/${queueId}/places`, { limit: 5 }],
  findReceipts: ({ queueId }) => [`/queues/${queueId}/receipts`, { limit: 5 }],
  tryVersion: ({ queueId }) => [
    `/queues/${queueId}/try`,
    { partition: 0, offset: '0', versionRef: 'latest' },
  ],
  listDeadLetters: ({ queueId }) => [
    `/queues/${queueId}/dead-letters`,
    { limit: 5 },
  ],
  redeliver: ({ queueId }) => [
    `/queues/${queueId}/dead-letters/redeliver`,
    { ...letter, versionRef: 'latest' },
  ],
  dismiss: ({ queueId }) => [`/queues/${queueId}/dead-letters/dismiss`, letter],
  purgeDeadLetters: ({ queueId }) => [
    `/queues/${queueId}/dead-letters/purge`,
    { checkOnly: true },
  ],
  previewRewind: ({ queueId }) => [
    `/queues/${queueId}/rewind/preview`,
    { to: { kind: 'earliest' } },
  ],
  rewindQueue: ({ queueId }) => [
    `/queues/${queueId}/rewind`,
    { to: { kind: 'earliest' }, revision: 0 },
  ],
  getSecretRotation: () => ['/secrets/rotation'],
  rotateSecrets: () => ['/secrets/rotation'],
  deleteConnection: ({ connectionId }) => [`/connections/${connectionId}`],
};

const ERRORS: Record<number, string> = {
  401: 'AuthenticationError',
  403: 'NotAllowedError',
  404: 'NotFoundError',
  409: 'ConflictError',
};

const refusalSchema = z.strictObject({
  error: z.strictObject({ name: z.string(), message: z.string().min(10) }),
  request: z.strictObject({ method: z.string(), url: z.string() }),
  response: z.strictObject({ statusCode: z.number() }),
});

/** What the description says that each route may answer. */
const described = new Map(
  describedRoutes().map(({ operationId, statuses }) => [operationId, statuses]),
);

/** Shows queues, and in the catalog algorithms, to their owners only. */
function inPrivate(example: PermissionPolicy): PermissionPolicy {
  return {
    async handle(query, user) {
      const { permission } = query;
      const claims = user?.info.ownershipEntityRefs ?? [];
      const isPrivate =
        isPermission(permission, eventFlowsQueueReadPermission) ||
        isPermission(permission, catalogEntityReadPermission);
      return isPrivate && !claims.includes('group:default/platform')
        ? createCatalogConditionalDecision(
            permission,
            catalogConditions.isEntityOwner({ claims }),
          )
        : example.handle(query, user);
    },
  };
}

describe.each([
  ['with the example policy', true, undefined, EXPECTED],
  ['with a policy of owners only', true, inPrivate, EXPECTED_IN_PRIVATE],
  ['without the permission framework', false, undefined, EXPECTED],
])(
  'each caller of each route, %s',
  (_, permissionsEnabled, policy, expected) => {
    let portal: Portal;

    beforeAll(async () => {
      const engine = new InMemoryEngine();
      engine.clusters.set(BROKER, {
        clusterId: 'cluster-1',
        topics: [topicInfo('orders'), topicInfo('reviews')],
      });
      engine.records = [aTopicRecord('0')];
      portal = await startPortal({ engine, permissionsEnabled, policy });
    });

    afterAll(() => portal?.stop());

    function send(
      caller: CallerName,
      { method }: Pick<ApiRoute, 'method'>,
      [path, body]: [path: string, body?: unknown],
    ) {
      const headers = { authorization: CALLERS[caller] };
      return portal.send(method, path, { headers, body });
    }

    async function succeed(...call: Parameters<typeof send>) {
      const { status, text, body } = await send(...call);
      if (status >= 300) {
        throw new Error(`${call[2][0]}: ${status} ${text}`);
      }
      return body;
    }

    /** A connection of its own, whose topic both algorithms have access to. */
    async function setScene(caller: CallerName): Promise<Scene> {
      const { id: connectionId } = await succeed(
        'administrator',
        { method: 'post' },
        ['/connections', { name: caller, type: 'kafka', brokers: [BROKER] }],
      );
      const { access } = await succeed('administrator', { method: 'put' }, [
        `/connections/${connectionId}/topics/orders/access`,
        { access: accessOf(SENTIMENT, FRAUD), revision: 0 },
      ]);
      const own = access.find(
        (entry: { algorithmRef: string }) => entry.algorithmRef === SENTIMENT,
      );
      return { connectionId, queueId: own.queueId };
    }

    it.each(COLUMNS)('%s', async caller => {
      const scene = await setScene(caller);
      const answers = [];
      for (const [operationId, call] of Object.entries(CALLS)) {
        const route = routeOf(operationId);
        const { status, body } = await send(caller, route, call(scene));
        answers.push([operationId, status]);
        expect(described.get(operationId)).toContain(status);
        // What the description promises, and nothing beside it.
        const schema = status < 300 ? route.response.schema : refusalSchema;
        expect([operationId, body]).toEqual([
          operationId,
          schema?.parse(body) ?? {},
        ]);
        expect(body.error?.name).toBe(ERRORS[status]);
      }
      expect(answers).toEqual(
        Object.keys(CALLS).map(operationId => [
          operationId,
          expected[operationId][COLUMNS.indexOf(caller)],
        ]),
      );
      await send('administrator', routeOf('deleteConnection'), [
        `/connections/${scene.connectionId}`,
      ]);
    });

    it('sees in lists what may be read', async () => {
      const { connectionId } = await setScene('administrator');
      const { items: existing }: { items: Queue[] } = await succeed(
        'administrator',
        routeOf('getQueues'),
        ['/queues'],
      );
      const refs = new Map(
        existing
          .filter(({ connection }) => connection.id === connectionId)
          .map(({ id, algorithmRef }) => [id, algorithmRef]),
      );
      for (const caller of COLUMNS) {
        const { body } = await send(caller, routeOf('getQueues'), ['/queues']);
        const queues: Queue[] = body.items ?? [];
        const listed = queues
          .filter(({ connection }) => connection.id === connectionId)
          .map(({ algorithmRef }) => algorithmRef);
        const all = caller === 'nobody' ? [] : [FRAUD, SENTIMENT];
        const readable = policy === inPrivate ? LISTED[caller] : all;
        expect([caller, ...listed]).toEqual([caller, ...readable]);
        const trends = await send(caller, routeOf('listQueueTrends'), [
          '/queues/trends',
          { queueIds: [...refs.keys()] },
        ]);
        const items: QueueTrend[] = trends.body.items ?? [];
        expect([
          caller,
          ...items.map(({ queueId }) => refs.get(queueId)),
        ]).toEqual([caller, ...readable]);
      }
      await succeed('administrator', routeOf('deleteConnection'), [
        `/connections/${connectionId}`,
      ]);
    });

    it('brings a token: a cookie is none, nor is what a cookie holds', async () => {
      const scene = await setScene('administrator');
      const cookie = mockCredentials.limitedUser.cookie('user:default/ada');
      const authorization = `Bearer ${mockCredentials.limitedUser.token('user:default/ada')}`;
      const attempts: Array<Record<string, string>> = [
        {},
        { cookie },
        { authorization },
      ];
      for (const headers of attempts) {
        for (const [operationId, call] of Object.entries(CALLS)) {
          const [path, body] = call(scene);
          const { method } = routeOf(operationId);
          const { status } = await portal.send(method, path, { headers, body });
          expect([operationId, status]).toEqual([operationId, 401]);
        }
        const { status } = await portal.send('get', '/openapi.json', {
          headers,
        });
        expect(status).toBe(401);
      }
      await succeed('administrator', routeOf('deleteConnection'), [
        `/connections/${scene.connectionId}`,
      ]);
    });

    it('sends JSON, and is told so who may send it at all', async () => {
      const scene = await setScene('administrator');
      for (const { operationId, request, method } of apiRoutes) {
        const [path, body] = CALLS[operationId](scene);
        for (const caller of request ? COLUMNS : []) {
          const headers = {
            authorization: CALLERS[caller],
            'content-type': 'text/plain',
          };
          const { status, text } = await portal.send(method, path, {
            headers,
            body: JSON.stringify(body),
          });
          const byRight = expected[operationId][COLUMNS.indexOf(caller)];
          const isRefused = [401, 403, 404].includes(byRight);
          expect([operationId, caller, status]).toEqual([
            operationId,
            caller,
            isRefused ? byRight : 400,
          ]);
          expect(text.includes('application/json')).toBe(!isRefused);
        }
      }
      await succeed('administrator', routeOf('deleteConnection'), [
        `/connections/${scene.connectionId}`,
      ]);
    });
  },
);

describe('the table of callers', () => {
  it('has a row for every route of the description, and a column for everyone', () => {
    const routes = apiRoutes.map(({ operationId }) => operationId).sort();
    expect(Object.keys(EXPECTED).sort()).toEqual(routes);
    expect(Object.keys(CALLS).sort()).toEqual(routes);
    expect([...COLUMNS].sort()).toEqual(Object.keys(CALLERS).sort());
    for (const row of Object.values({ ...EXPECTED, ...EXPECTED_IN_PRIVATE })) {
      expect(row).toHaveLength(COLUMNS.length);
    }
  });
});

function routeOf(operationId: string): ApiRoute {
  const route = apiRoutes.find(known => known.operationId === operationId);
  if (!route) {
    throw new Error(`The description has no ${operationId}`);
  }
  return route;
}
