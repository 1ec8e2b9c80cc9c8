import {
  apiRoutes,
  type Connection,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import {
  aLetterId,
  InMemoryEngine,
  topicInfo,
} from '../__testUtils__/InMemoryEngine';
import {
  startBackend,
  type TestBackend,
  type TestClient,
} from '../__testUtils__/startBackend';

// Limits are reached by hundreds of requests.
jest.setTimeout(30_000);

const BROKER = 'kafka.example.com:9092';

interface Scene {
  connection: Connection;
  /** Enabled, with a record that is held up. */
  held: Queue;
  /** Never enabled. */
  idle: Queue;
  /** Another connection of the same cluster. */
  other: Connection;
  /** Was enabled, and has stopped. */
  stopped: Queue;
}

/** A call of each route that has a cluster dialled for the caller. */
const dialling: Record<
  string,
  (ada: TestClient, scene: Scene) => ReturnType<TestClient['get']>
> = {
  createConnection: ada =>
    ada.post('/connections', {
      ...{ name: `${Math.random()}`, type: 'kafka', brokers: ['nobody:1'] },
    }),
  getTopics: (ada, { connection }) =>
    ada.get(`/connections/${connection.id}/topics`),
  getTopic: (ada, { connection }) =>
    ada.get(`/connections/${connection.id}/topics/orders`),
  updateAccess: (ada, { connection }) =>
    ada.put(`/connections/${connection.id}/topics/reviews/access`, {
      ...{ access: [], revision: 1 },
    }),
  updateQueue: (ada, { idle }) =>
    ada.put(`/queues/${idle.id}`, {
      ...{ state: 'enabled', versionRef: 'latest', revision: idle.revision },
    }),
  moveQueue: (ada, { stopped, other }) =>
    ada.post(`/queues/${stopped.id}/move`, {
      ...{ connectionId: other.id, revision: 2 },
    }),
  peek: (ada, { held }) => ada.post(`/queues/${held.id}/peek`, { limit: 5 }),
  listPlaces: (ada, { held }) =>
    ada.post(`/queues/${held.id}/places`, { limit: 5 }),
  tryVersion: (ada, { held }) =>
    ada.post(`/queues/${held.id}/try`, {
      ...{ partition: 0, offset: '0', versionRef: 'latest' },
    }),
  listDeadLetters: (ada, { held }) =>
    ada.post(`/queues/${held.id}/dead-letters`, { limit: 5 }),
  redeliver: (ada, { held }) =>
    ada.post(`/queues/${held.id}/dead-letters/redeliver`, {
      ...{ partition: 0, offset: '0', id: aLetterId('0') },
      versionRef: 'latest',
    }),
  dismiss: (ada, { held }) =>
    ada.post(`/queues/${held.id}/dead-letters/dismiss`, {
      ...{ partition: 0, offset: '0', id: aLetterId('0') },
    }),
  purgeDeadLetters: (ada, { held }) =>
    ada.post(`/queues/${held.id}/dead-letters/purge`, {
      checkOnly: true,
    }),
  previewRewind: (ada, { stopped }) =>
    ada.post(`/queues/${stopped.id}/rewind/preview`, {
      to: { kind: 'earliest' },
    }),
  rewindQueue: (ada, { stopped }) =>
    ada.post(`/queues/${stopped.id}/rewind`, {
      ...{ to: { kind: 'earliest' }, revision: 2 },
    }),
  decideHeldUpRecord: (ada, { held }) =>
    ada.post(`/queues/${held.id}/decisions`, {
      ...{ action: 'dead-letter', partition: 0, offset: '7' },
      deadLetterTopic: 'dead',
    }),
};

describe('limits of what a caller can have dialled', () => {
  let engine: InMemoryEngine;
  let backend: TestBackend;
  let scene: Scene;

  beforeEach(async () => {
    engine = new InMemoryEngine();
    engine.clusters.set(BROKER, {
      clusterId: 'cluster-1',
      topics: ['orders', 'reviews', 'parcels', 'dead'].map(name =>
        topicInfo(name),
      ),
    });
    backend = await startBackend({ engine, permissionsEnabled: true });
    scene = await setScene(backend.as('ada'));
  });

  afterEach(() => backend.stop());

  async function setScene(ada: TestClient): Promise<Scene> {
    const { body: connection } = await ada
      .post('/connections', { name: 'one', type: 'kafka', brokers: [BROKER] })
      .expect(201);
    for (const topic of ['orders', 'reviews', 'parcels']) {
      await ada
        .put(`/connections/${connection.id}/topics/${topic}/access`, {
          access: [
            {
              algorithmRef: 'component:default/sentiment',
              apiType: 'subscriber',
            },
          ],
          revision: 0,
        })
        .expect(200);
    }
    const { body } = await ada.get('/queues').expect(200);
    const find = (topic: string) =>
      body.items.find((queue: Queue) => queue.topic === topic);
    const held = find('orders');
    await ada
      .put(`/queues/${held.id}`, {
        ...{ state: 'enabled', versionRef: 'latest', revision: 0 },
        settings: { deadLetterTopic: 'dead' },
      })
      .expect(200);
    engine.overrides.set(held.id, {
      phase: 'blocked',
      heldUp: [
        {
          partition: 0,
          offset: '7',
          phase: 'blocked',
          reason: '',
          attempts: 1,
        },
      ],
    });
    await waitUntil(
      async () =>
        (await ada.get(`/queues/${held.id}`)).body.status?.phase === 'blocked',
      { what: 'the held-up record', timeoutMs: 8000 },
    );
    const stopped = find('parcels');
    for (const [revision, state] of ['enabled', 'disabled'].entries()) {
      await ada
        .put(`/queues/${stopped.id}`, {
          ...{ state, revision },
          ...(state === 'enabled' && { versionRef: 'latest' }),
        })
        .expect(200);
    }
    const { body: other } = await ada
      .post('/connections', { name: 'two', type: 'kafka', brokers: [BROKER] })
      .expect(201);
    return { connection, other, held, idle: find('reviews'), stopped };
  }

  it('are in the description of each route that has them', () => {
    const described = apiRoutes
      .filter(({ refusals }) => refusals?.includes(429))
      .map(({ operationId }) => operationId);
    expect(Object.keys(dialling).sort()).toEqual(described.sort());
  });

  it('hold on every route, for each caller alone', async () => {
    const ada = backend.as('ada');
    // Setting the scene has used up a few.
    for (let i = 0; i < 60; i++) {
      await dialling.createConnection(ada, scene);
    }
    for (let i = 0; i < 300; i++) {
      await dialling.getTopic(ada, scene);
    }
    const answers: Record<string, number> = {};
    const dialled = engine.calls;
    for (const [operationId, call] of Object.entries(dialling)) {
      const { status, headers, body } = await call(ada, scene);
      answers[operationId] = status;
      const seconds = Number(headers['retry-after']);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(60);
      expect(body.error.name).toBe('TooManyRequestsError');
    }
    expect(answers).toEqual(
      Object.fromEntries(Object.keys(dialling).map(id => [id, 429])),
    );
    expect(engine.calls).toBe(dialled);

    // Nothing half done, what needs no cluster goes on, and so do others.
    const { body } = await ada.get(`/queues/${scene.idle.id}`).expect(200);
    expect(body).toMatchObject({ state: 'disabled', revision: 0 });
    await ada
      .put(`/queues/${scene.held.id}`, { state: 'disabled', revision: 1 })
      .expect(200);
    await dialling.getTopics(backend.as('olga'), scene).expect(200);
    await ada.delete(`/connections/${scene.connection.id}`).expect(204);
  });
});
