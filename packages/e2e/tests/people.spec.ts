import { randomUUID } from 'node:crypto';
import { expect } from '@playwright/test';
import { createTopics } from '@event-flows/testbed';
import { asNobody, signIn, type ApiClient } from './support/api';
import { test } from './support/test';

const SENTIMENT = 'component:default/sentiment';
const topic = 'letters';
const otherTopic = 'postcards';
/** A dead letter that nobody has. */
const letter = { partition: 0, offset: '0', id: 'a'.repeat(43) };

/** Who calls the API; Mara owns another algorithm than Nils. */
type Caller = 'nobody' | 'vera' | 'mara' | 'nils' | 'ada';

interface Scene {
  brokers: string[];
  connectionId: string;
  queueId: string;
  /** Of the queue, as it is now. */
  revision: number;
}

/** A call that succeeds if only the caller may, and the statuses that each gets. */
interface Rule {
  call: (scene: Scene) => { path: string; body?: object };
  answers: Record<Caller, number>;
}

/** The owners may do no more here than those who may only look. */
const administration = (ada: number, others: 403 | 404) => ({
  nobody: 401,
  ...{ vera: others, mara: others, nils: others, ada },
});

const everyone = { nobody: 401, vera: 200, mara: 200, nils: 200, ada: 200 };

const accessTo = (algorithmRef: string) => ({
  access: [{ algorithmRef, apiType: 'subscriber' }],
  revision: 0,
});

/**
 * What the demo's policy makes of each route. Whoever may not see connections
 * is not told whether there is a certain one (404).
 */
const rules: Record<string, Rule> = {
  'get /allowed': { call: () => ({ path: '/allowed' }), answers: everyone },
  'get /connections': {
    call: () => ({ path: '/connections' }),
    answers: administration(200, 403),
  },
  'post /connections': {
    call: ({ brokers }) => ({
      path: '/connections',
      body: { name: `people-${randomUUID()}`, type: 'kafka', brokers },
    }),
    answers: administration(201, 403),
  },
  'get /connections/{connectionId}': {
    call: ({ connectionId }) => ({ path: `/connections/${connectionId}` }),
    answers: administration(200, 404),
  },
  'get /connections/{connectionId}/topics': {
    call: ({ connectionId }) => ({
      path: `/connections/${connectionId}/topics`,
    }),
    answers: administration(200, 404),
  },
  'get /connections/{connectionId}/topics/{topic}': {
    call: ({ connectionId }) => ({
      path: `/connections/${connectionId}/topics/${topic}`,
    }),
    answers: administration(200, 404),
  },
  'put /connections/{connectionId}/topics/{topic}/access': {
    call: ({ connectionId }) => ({
      path: `/connections/${connectionId}/topics/${otherTopic}/access`,
      body: accessTo(SENTIMENT),
    }),
    answers: administration(200, 404),
  },
  'post /connections/{connectionId}/publishers': {
    call: ({ connectionId }) => ({
      path: `/connections/${connectionId}/publishers`,
      body: { from: connectionId, checkOnly: true },
    }),
    answers: administration(200, 404),
  },
  'get /algorithms/{kind}/{namespace}/{name}/queues': {
    call: () => ({ path: '/algorithms/component/default/sentiment/queues' }),
    answers: everyone,
  },
  'get /queues': { call: () => ({ path: '/queues' }), answers: everyone },
  'post /queues/trends': {
    call: ({ queueId }) => ({
      ...{ path: '/queues/trends', body: { queueIds: [queueId] } },
    }),
    answers: everyone,
  },
  'get /queues/{queueId}': {
    call: ({ queueId }) => ({ path: `/queues/${queueId}` }),
    answers: everyone,
  },
  'get /queues/{queueId}/history/{period}': {
    call: ({ queueId }) => ({ path: `/queues/${queueId}/history/day` }),
    answers: everyone,
  },
  'get /queues/{queueId}/changes': {
    call: ({ queueId }) => ({ path: `/queues/${queueId}/changes` }),
    answers: everyone,
  },
  'put /queues/{queueId}': {
    call: ({ queueId, revision }) => ({
      path: `/queues/${queueId}`,
      body: { state: 'enabled', versionRef: 'latest', revision },
    }),
    answers: { nobody: 401, vera: 403, mara: 403, nils: 200, ada: 200 },
  },
  // Whoever may is told that no record is held up.
  'post /queues/{queueId}/decisions': {
    call: ({ queueId }) => ({
      path: `/queues/${queueId}/decisions`,
      body: { action: 'retry', partition: 0, offset: '0' },
    }),
    answers: { nobody: 401, vera: 403, mara: 403, nils: 409, ada: 409 },
  },
  // Whoever may is told that the queue is there already.
  'post /queues/{queueId}/move': {
    call: ({ queueId, connectionId, revision }) => ({
      path: `/queues/${queueId}/move`,
      body: { connectionId, revision },
    }),
    answers: { nobody: 401, vera: 403, mara: 403, nils: 403, ada: 409 },
  },
  'post /queues/{queueId}/peek': {
    call: ({ queueId }) => ({
      ...{ path: `/queues/${queueId}/peek`, body: { limit: 5 } },
    }),
    answers: { nobody: 401, vera: 403, mara: 403, nils: 200, ada: 200 },
  },
  'post /queues/{queueId}/places': {
    call: ({ queueId }) => ({
      ...{ path: `/queues/${queueId}/places`, body: { limit: 5 } },
    }),
    answers: { nobody: 401, vera: 403, mara: 403, nils: 200, ada: 200 },
  },
  'post /queues/{queueId}/receipts': {
    call: ({ queueId }) => ({
      ...{ path: `/queues/${queueId}/receipts`, body: { limit: 5 } },
    }),
    answers: everyone,
  },
  // Whoever may is told that the topic has no such record.
  'post /queues/{queueId}/try': {
    call: ({ queueId }) => ({
      path: `/queues/${queueId}/try`,
      body: { partition: 0, offset: '0', versionRef: 'latest' },
    }),
    answers: { nobody: 401, vera: 403, mara: 403, nils: 404, ada: 404 },
  },
  'post /queues/{queueId}/dead-letters': {
    call: ({ queueId }) => ({
      ...{ path: `/queues/${queueId}/dead-letters`, body: { limit: 5 } },
    }),
    answers: { nobody: 401, vera: 403, mara: 403, nils: 200, ada: 200 },
  },
  // Whoever may is told that the queue has no dead-letter topic.
  'post /queues/{queueId}/dead-letters/redeliver': {
    call: ({ queueId }) => ({
      path: `/queues/${queueId}/dead-letters/redeliver`,
      body: { ...letter, versionRef: 'latest' },
    }),
    answers: { nobody: 401, vera: 403, mara: 403, nils: 409, ada: 409 },
  },
  'post /queues/{queueId}/dead-letters/dismiss': {
    call: ({ queueId }) => ({
      path: `/queues/${queueId}/dead-letters/dismiss`,
      body: letter,
    }),
    answers: { nobody: 401, vera: 403, mara: 403, nils: 409, ada: 409 },
  },
  'post /queues/{queueId}/dead-letters/purge': {
    call: ({ queueId }) => ({
      ...{
        path: `/queues/${queueId}/dead-letters/purge`,
        body: { checkOnly: true },
      },
    }),
    answers: { nobody: 401, vera: 403, mara: 403, nils: 409, ada: 409 },
  },
  // Whoever may is told to disable the queue first.
  'post /queues/{queueId}/rewind/preview': {
    call: ({ queueId }) => ({
      path: `/queues/${queueId}/rewind/preview`,
      body: { to: { kind: 'earliest' } },
    }),
    answers: { nobody: 401, vera: 403, mara: 403, nils: 409, ada: 409 },
  },
  'post /queues/{queueId}/rewind': {
    call: ({ queueId, revision }) => ({
      path: `/queues/${queueId}/rewind`,
      body: { to: { kind: 'earliest' }, revision },
    }),
    answers: { nobody: 401, vera: 403, mara: 403, nils: 409, ada: 409 },
  },
  'get /secrets/rotation': {
    call: () => ({ path: '/secrets/rotation' }),
    answers: administration(200, 403),
  },
  'post /secrets/rotation': {
    call: () => ({ path: '/secrets/rotation' }),
    answers: administration(202, 403),
  },
  'delete /connections/{connectionId}': {
    call: ({ connectionId }) => ({ path: `/connections/${connectionId}` }),
    answers: administration(204, 404),
  },
};

/** Every route, called by everyone, through the running portal. */
test.describe.serial('The API', () => {
  let callers: Record<Caller, ApiClient>;
  let scene: Scene;

  test.beforeAll(async ({ demo }) => {
    const { brokers, url } = demo;
    await createTopics(brokers, [{ topic }, { topic: otherTopic }]);
    callers = {
      nobody: asNobody(url),
      vera: await signIn(url, 'user:default/vera'),
      mara: await signIn(url, 'user:default/mara'),
      nils: await signIn(url, 'user:default/nils'),
      ada: await signIn(url, 'user:default/ada'),
    };
    const connection = await callers.ada.send('post', '/connections', {
      ...{ name: 'people', type: 'kafka', brokers },
    });
    expect(connection).toMatchObject({ status: 201 });
    const { id: connectionId } = connection.body;
    const given = await callers.ada.send(
      'put',
      `/connections/${connectionId}/topics/${topic}/access`,
      accessTo(SENTIMENT),
    );
    expect(given).toMatchObject({ status: 200 });
    const [{ queueId }] = given.body.access;
    scene = { brokers, connectionId, queueId, revision: 0 };
  });

  test.afterAll(async () => {
    // Also what one may have made who must not.
    const { body } = await callers.ada.send('get', '/connections');
    for (const { id, name } of body.items) {
      if (name.startsWith('people')) {
        await callers.ada.send('delete', `/connections/${id}`);
      }
    }
  });

  test('has no route but those with a rule here', async () => {
    const { status, body } = await callers.vera.send('get', '/openapi.json');
    expect(status).toBe(200);
    const routes = Object.entries<object>(body.paths).flatMap(
      ([path, operations]) =>
        Object.keys(operations).map(method => `${method} ${path}`),
    );
    expect(routes.sort()).toEqual(Object.keys(rules).sort());
  });

  test('describes itself to nobody who is not signed in', async () => {
    const { status } = await callers.nobody.send('get', '/openapi.json');
    expect(status).toBe(401);
  });

  for (const name of ['nobody', 'vera', 'mara'] as const) {
    test(`answers ${name} by right`, () => expectAnswers(name));
  }

  test('has changed nothing for those whom it refused', async () => {
    expect(await queue()).toMatchObject({ state: 'disabled', revision: 0 });
    const { body } = await callers.ada.send('get', '/connections');
    expect(
      body.items.filter((item: { name: string }) =>
        item.name.startsWith('people'),
      ),
    ).toMatchObject([{ id: scene.connectionId, topicsInUse: 1 }]);
  });

  // Ada is last: she deletes the connection.
  for (const name of ['nils', 'ada'] as const) {
    test(`answers ${name} by right`, () => expectAnswers(name));
  }

  async function expectAnswers(name: Caller) {
    const answers: Record<string, number> = {};
    for (const [route, { call }] of Object.entries(rules)) {
      scene.revision = (await queue()).revision;
      const { path, body } = call(scene);
      const [method] = route.split(' ');
      const answer = await callers[name].send(method, path, body);
      answers[route] = answer.status;
    }
    expect(answers).toEqual(
      Object.fromEntries(
        Object.entries(rules).map(([route, rule]) => [
          route,
          rule.answers[name],
        ]),
      ),
    );
  }

  async function queue() {
    const path = `/queues/${scene.queueId}`;
    return (await callers.ada.send('get', path)).body;
  }
});
