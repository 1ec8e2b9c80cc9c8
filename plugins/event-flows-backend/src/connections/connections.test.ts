import { BrokerConnectionError } from '@event-flows/backstage-plugin-event-flows-common';
import { InMemoryEngine, topicInfo } from '../__testUtils__/InMemoryEngine';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';

const BROKER = 'kafka.example.com:9092';
const PASSWORD = 'p4ssw0rd-nobody-must-see';
const PEM_KEY =
  '-----BEGIN PRIVATE KEY-----\nkey-nobody-must-see\n-----END PRIVATE KEY-----';
const PEM_CERT = '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----';

const minimal = { name: 'one', type: 'kafka', brokers: [BROKER] };

describe('connections', () => {
  let engine: InMemoryEngine;
  let backend: TestBackend;

  beforeEach(async () => {
    engine = new InMemoryEngine();
    engine.clusters.set(BROKER, {
      clusterId: 'cluster-1',
      topics: [topicInfo('orders')],
    });
    backend = await startBackend({ engine, permissionsEnabled: true });
  });

  afterEach(() => backend.stop());

  it('are connected first, and never give a secret back', async () => {
    const ada = backend.as('ada');
    const input = {
      ...minimal,
      tls: { ca: PEM_CERT, cert: PEM_CERT, key: PEM_KEY },
      sasl: {
        mechanism: 'scram-sha-512',
        username: 'app',
        password: PASSWORD,
      },
    };
    const created = await ada.post('/connections', input).expect(201);
    expect(engine.probed).toEqual([
      {
        id: created.body.id,
        brokers: [BROKER],
        tls: input.tls,
        sasl: input.sasl,
      },
    ]);
    expect(created.body).toMatchObject({
      name: 'one',
      clusterId: 'cluster-1',
      createdBy: 'user:default/ada',
      tls: { ca: PEM_CERT, cert: PEM_CERT, hasClientKey: true },
      sasl: { mechanism: 'scram-sha-512', username: 'app' },
      state: { status: 'connected' },
      topicsInUse: 0,
      queuesEnabled: 0,
    });
    const read = await ada.get(`/connections/${created.body.id}`).expect(200);
    expect(read.body).toEqual(created.body);
    const texts = [created.text, read.text, JSON.stringify(backend.events)];
    for (const text of texts) {
      expect(text).not.toContain('nobody-must-see');
    }
    expect(backend.events).toEqual([
      {
        eventId: 'connection-create',
        meta: { name: 'one', brokers: [BROKER] },
        outcome: 'success',
      },
    ]);
  });

  it('take TLS with the authorities of the system', async () => {
    const { body } = await backend
      .as('ada')
      .post('/connections', { ...minimal, tls: true })
      .expect(201);
    expect(engine.probed[0].tls).toEqual({});
    expect(body.tls).toEqual({ hasClientKey: false });
  });

  it('are not stored when the cluster refuses', async () => {
    const ada = backend.as('ada');
    engine.clusters.set(BROKER, {
      clusterId: 'cluster-1',
      topics: [],
      failure: new BrokerConnectionError(
        'authentication',
        'The cluster did not accept user and password',
        Object.assign(new Error('internals'), { socket: 'internals' }),
      ),
    });
    const { body } = await ada.post('/connections', minimal).expect(400);
    expect(body.error).toMatchObject({
      name: 'BrokerConnectionError',
      reason: 'authentication',
      message: 'The cluster did not accept user and password',
    });
    expect(body.error).not.toHaveProperty('cause');
    const list = await ada.get('/connections').expect(200);
    expect(list.body.items).toEqual([]);
    expect(backend.events).toMatchObject([
      { outcome: 'failure', error: 'BrokerConnectionError' },
    ]);
  });

  it('refuse a password in plain text, unless the operator allows it', async () => {
    const sasl = { mechanism: 'plain', username: 'app', password: PASSWORD };
    const ada = backend.as('ada');
    const refused = await ada
      .post('/connections', { ...minimal, sasl })
      .expect(400);
    expect(refused.body.error).toMatchObject({
      name: 'BrokerConnectionError',
      reason: 'not-allowed',
      message: expect.stringContaining('allowPlaintextPasswords'),
    });
    expect(engine.probed).toEqual([]);
    await ada.post('/connections', { ...minimal, sasl, tls: true }).expect(201);

    const lenient = await startBackend({
      engine,
      permissionsEnabled: true,
      config: {
        brokers: { allowPlaintextPasswords: ['*.example.com:9092'] },
        secrets: {
          keys: [{ id: 'k', key: Buffer.alloc(32, 1).toString('base64') }],
        },
      },
    });
    await lenient
      .as('ada')
      .post('/connections', { ...minimal, sasl })
      .expect(201);
    await lenient.stop();
  });

  it('keep no secret without a key', async () => {
    const keyless = await startBackend({
      engine,
      permissionsEnabled: true,
      config: { secrets: {} },
    });
    const sasl = {
      mechanism: 'scram-sha-256',
      username: 'app',
      password: PASSWORD,
    };
    const { body } = await keyless
      .as('ada')
      .post('/connections', { ...minimal, sasl })
      .expect(400);
    expect(body.error.message).toContain('eventFlows.secrets.keys');
    await keyless.as('ada').post('/connections', minimal).expect(201);
    await keyless.stop();
  });

  it('have each name once', async () => {
    const ada = backend.as('ada');
    const answers = await Promise.all([
      ada.post('/connections', minimal),
      ada.post('/connections', minimal),
      ada.post('/connections', minimal),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const probes = engine.probed.length;
    await ada.post('/connections', minimal).expect(409);
    expect(engine.probed).toHaveLength(probes);
  });

  it.each<[string, unknown, string]>([
    ['nothing', {}, 'name: '],
    ['a list', [], 'the body: '],
    ['no brokers', { ...minimal, brokers: [] }, 'brokers: at least one'],
    [
      'a broker without port',
      { ...minimal, brokers: ['kafka'] },
      'brokers[0]: must be host:port',
    ],
    [
      'too many brokers',
      { ...minimal, brokers: Array.from({ length: 500 }, (_, i) => `k${i}:1`) },
      'brokers: at most 50',
    ],
    ['a NUL in the name', { ...minimal, name: 'a\u0000b' }, 'name: '],
    ['a hidden mark in the name', { ...minimal, name: 'a\u202eb' }, 'name: '],
    ['a number as name', { ...minimal, name: 7 }, 'name: '],
    [
      'an unknown field',
      { ...minimal, owner: 'me' },
      'owner is not known; allowed are name, type, brokers, tls, sasl',
    ],
    [
      'an unknown field inside',
      { ...minimal, tls: { rejectUnauthorized: false } },
      'tls.rejectUnauthorized is not known; allowed are ca, cert, key',
    ],
    ['TLS switched off', { ...minimal, tls: false }, 'tls: '],
    [
      'a certificate without key',
      { ...minimal, tls: { cert: PEM_CERT } },
      'tls.key: a client certificate and its key belong together',
    ],
    [
      'a text that is no PEM',
      { ...minimal, tls: { ca: 'hello' } },
      'tls.ca: must be a certificate in PEM form',
    ],
    [
      'another mechanism',
      {
        ...minimal,
        sasl: { mechanism: 'gssapi', username: 'a', password: PASSWORD },
      },
      'sasl.mechanism: ',
    ],
  ])('refuse %s, naming the field', async (_, body, message) => {
    const answer = await backend.as('ada').post('/connections', body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({
      name: 'InputError',
      message: expect.stringContaining(message),
    });
    expect(answer.text).not.toContain('nobody-must-see');
    expect(engine.probed).toEqual([]);
  });

  it.each<[string, string, number]>([
    ['text that is no JSON', `{"sasl":"${PASSWORD}`, 400],
    ['a prototype', `{"__proto__":{"name":"x"},"name":"x"}`, 400],
    ['depth', '['.repeat(100_000), 400],
    ['size', JSON.stringify({ name: 'x'.repeat(600_000) }), 413],
  ])('survive %s', async (_, text, status) => {
    const answer = await backend
      .as('ada')
      .post('/connections', {})
      .type('json')
      .send(undefined)
      .serialize(() => text)
      .send({});
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('nobody-must-see');
  });

  it('go with all that belongs to them', async () => {
    const ada = backend.as('ada');
    const { body } = await ada.post('/connections', minimal).expect(201);
    await ada
      .put(`/connections/${body.id}/topics/orders/access`, {
        access: [
          {
            algorithmRef: 'component:default/sentiment',
            apiType: 'subscriber',
          },
        ],
        revision: 0,
      })
      .expect(200);
    const queues = await ada.get('/queues');
    const [queue] = queues.body.items;
    await ada
      .put(`/queues/${queue.id}`, {
        state: 'enabled',
        versionRef: 'latest',
        revision: 0,
      })
      .expect(200);
    const used = await ada.get(`/connections/${body.id}`).expect(200);
    expect(used.body).toMatchObject({ topicsInUse: 1, queuesEnabled: 1 });

    await ada.delete(`/connections/${body.id}`).expect(204);
    expect(engine.running).toEqual([]);
    await ada.get(`/connections/${body.id}`).expect(404);
    await ada.get(`/queues/${queue.id}`).expect(404);
    await ada.delete(`/connections/${body.id}`).expect(404);
    expect((await ada.get('/queues')).body.items).toEqual([]);
    expect(backend.events.map(({ eventId }) => eventId)).toContain(
      'connection-delete',
    );
    await ada.post('/connections', minimal).expect(201);
  });
});
