import { createServiceFactory } from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import { notificationService } from '@backstage/plugin-notifications-node';
import type {
  AccessEntry,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import { algorithm, algorithmVersion } from '../__testUtils__/entities';
import { InMemoryEngine, topicInfo } from '../__testUtils__/InMemoryEngine';
import { register } from '../__testUtils__/liveCatalog';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';

// The catalog is asked every ten seconds.
jest.setTimeout(40_000);

const BROKER = 'kafka.example.com:9092';
const SENTIMENT = 'component:default/sentiment';
const V1 = `${SENTIMENT}-1-0-0`;
const HERE = 'https://algorithms.example.com';
const THERE = 'https://elsewhere.example.com';

describe('what a queue was enabled with', () => {
  let engine: InMemoryEngine;
  let entities: Entity[];
  let backend: TestBackend;
  let topicPath: string;
  let queuePath: string;
  /** Titles and texts of the notifications to the owner. */
  let told: string[];

  const save = (revision: number, more: object = {}) =>
    backend.as('ada').put(`${topicPath}/access`, {
      access: [{ algorithmRef: SENTIMENT, apiType: 'subscriber', ...more }],
      revision,
    });

  beforeEach(async () => {
    engine = new InMemoryEngine();
    engine.clusters.set(BROKER, {
      clusterId: 'cluster-1',
      topics: [topicInfo('orders')],
    });
    told = [];
    entities = [algorithm('sentiment'), algorithmVersion('sentiment', '1.0.0')];
    backend = await startBackend({
      engine,
      entities,
      permissionsEnabled: false,
      config: { endpoints: { allow: [`${HERE}/`, `${THERE}/`] } },
      features: [
        createServiceFactory({
          service: notificationService,
          deps: {},
          factory: () => ({
            send: async ({ payload: { title, description } }) =>
              void told.push(`${title}: ${description}`),
          }),
        }),
      ],
    });
    const { body } = await backend
      .as('ada')
      .post('/connections', { name: 'one', type: 'kafka', brokers: [BROKER] })
      .expect(201);
    topicPath = `/connections/${body.id}/topics/orders`;
    const access = await save(0).expect(200);
    queuePath = `/queues/${access.body.access[0].queueId}`;
  });

  afterEach(() => backend.stop());

  const enable = (revision: number, more: object = {}) =>
    backend.as('olga').put(queuePath, {
      ...{ state: 'enabled', versionRef: V1, revision, ...more },
    });
  const read = async (): Promise<Queue> =>
    (await backend.as('olga').get(queuePath).expect(200)).body;
  const entry = async (): Promise<AccessEntry> =>
    (await backend.as('ada').get(topicPath).expect(200)).body.access[0];
  const until = (what: string, condition: (queue: Queue) => boolean) =>
    waitUntil(async () => condition(await read()), {
      ...{ what, timeoutMs: 25_000 },
    });
  const move = (endpoint: string) =>
    register(entities, algorithmVersion('sentiment', '1.0.0', { endpoint }));

  it('is approved again by whoever enables it again', async () => {
    await enable(0).expect(200);
    await until('the queue', ({ status }) => status?.phase === 'running');
    move(`${THERE}/x?token=1`);
    await until('the wait', ({ status }) => status?.phase === 'paused');
    const { status } = await read();
    expect(status).toMatchObject({
      phase: 'paused',
      waitsFor: {
        kind: 'approval',
        since: expect.any(String),
        ...{ versionRef: V1, origin: THERE, approvedOrigin: HERE },
      },
      reason: expect.stringContaining(`approve ${THERE}`),
    });
    expect(JSON.stringify(status)).not.toContain('token');

    const approval = { state: 'enabled', versionRef: V1, revision: 1 };
    await backend.as('vic').put(queuePath, approval).expect(403);
    expect((await read()).status).toHaveProperty('waitsFor');
    // In one go with what they saw, or not at all.
    const { body } = await enable(1, { origin: HERE }).expect(409);
    expect(body.error.message).toContain(`is at ${THERE} by now`);
    const approved = await enable(1, { origin: THERE }).expect(200);
    expect(approved.body.status).not.toHaveProperty('waitsFor');
    expect(backend.events.at(-1)).toMatchObject({
      eventId: 'queue-approve',
      meta: { versionRef: V1, origin: THERE },
      outcome: 'success',
    });
    await until('delivery', q => q.status?.phase === 'running');
    expect(told).toEqual([
      expect.stringMatching(/^The queue orders of sentiment waits for app/),
      `The queue orders of sentiment is approved: user:default/olga approved that its requests go to ${THERE}; it goes on with what waits in orders of one.`,
    ]);
  });

  it('waits for nothing any more when it is disabled, and its owner is told', async () => {
    await enable(0).expect(200);
    move(`${THERE}/x`);
    await until('the wait', q => q.status?.waitsFor !== undefined);
    const disable = { state: 'disabled', revision: 1 };
    await backend.as('ada').put(queuePath, disable).expect(200);
    expect(told.slice(1)).toEqual([
      'The queue orders of sentiment waits for nothing any more: user:default/ada disabled it. Its position is kept.',
    ]);
    await enable(2).expect(200);
    await backend
      .as('olga')
      .put(queuePath, { ...disable, revision: 3 })
      .expect(200);
    expect(told).toHaveLength(2);
  });

  it('is not handed to another algorithm of the same name', async () => {
    await enable(0).expect(200);
    register(entities, algorithm('sentiment', 'group:default/nlp', 'another'));
    await until('the wait', q => q.status?.waitsFor?.kind === 'access');
    expect(engine.running[0].target.kind).toBe('unavailable');
    const { body } = await enable(1).expect(409);
    expect(body.error.message).toContain('an administrator can renew it');
    expect(await entry()).toMatchObject({ recreated: true, state: 'enabled' });

    // Saved for another reason: nothing is given away by the way.
    const kept = await save(1).expect(200);
    expect(kept.body.access[0]).toMatchObject({ recreated: true });
    await enable(1).expect(409);

    const renewed = await save(2, { renew: true }).expect(200);
    expect(renewed.body.access).toMatchObject([
      { queueId: (await read()).id, state: 'disabled' },
    ]);
    expect(told).toEqual([
      expect.stringMatching(/^The queue orders of sentiment waits for access/),
      'The queue orders of sentiment has access again: user:default/ada gave access to the algorithm that is in the catalog now. The queue is disabled; enable it, and it goes on at its position.',
    ]);
    expect(await entry()).not.toHaveProperty('recreated');
    expect(engine.running).toEqual([]);
    await enable(2).expect(200);
    await until('delivery', () => engine.running[0]?.target.kind === 'version');
  });

  it('is not taken over while a queue is disabled either', async () => {
    register(entities, algorithm('sentiment', 'group:default/nlp', 'another'));
    await enable(0).expect(409);
    expect(await entry()).toMatchObject({ recreated: true, state: 'disabled' });
    // Renewing what is as it was given changes nothing.
    await save(1, { renew: true }).expect(200);
    await enable(1).expect(200);
    await save(2, { renew: true }).expect(200);
    expect(await read()).toMatchObject({ state: 'enabled', revision: 2 });
  });
});
