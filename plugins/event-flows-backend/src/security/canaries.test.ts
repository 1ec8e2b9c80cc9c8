import { randomBytes } from 'node:crypto';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { auditorServiceFactory } from '@backstage/backend-defaults/auditor';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { createEngine } from '@event-flows/engine';
import {
  createTopics,
  type KafkaCluster,
  produce,
  type RecordingEndpoint,
  startKafka,
  startRecordingEndpoint,
  waitUntil,
} from '@event-flows/testbed';
import type { Knex } from 'knex';
import { findSecrets, spellingsOf, StrictLog } from '../__testUtils__/canaries';
import { algorithm, algorithmVersion } from '../__testUtils__/entities';
import { DATABASE_IDS } from '../__testUtils__/records';
import {
  type Person,
  startBackend,
  type TestBackend,
} from '../__testUtils__/startBackend';

jest.setTimeout(120_000);

const READER = 'component:default/reader';
const SENTIMENT = 'component:default/sentiment';

/** Secrets with every kind of character that some spelling changes. */
const canary = (name: string) =>
  `canary "${name}" ${randomBytes(6).toString('hex')}/+&?=%<é`;
/** The same for what must be ASCII. */
const asciiCanary = (name: string) =>
  `canary-${name}-${randomBytes(6).toString('hex')}/+&%<"`;

const PRIVATE = {
  wrongPassword: canary('wrong password'),
  brokenKey: canary('broken key'),
  misplaced: canary('misplaced'),
  unparsed: canary('unparsed'),
  credential: `Bearer ${asciiCanary('credential')}`,
  query: `canary-query-${randomBytes(6).toString('hex')}`,
  userinfo: `canary-userinfo-${randomBytes(6).toString('hex')}`,
};

/**
 * Secrets are planted wherever the plugin is given some, things go well and
 * wrong, and then everything is searched that leaves the backend but for the
 * clusters and endpoints that the secrets are for.
 */
describe('secrets', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });
  let kafka: KafkaCluster;
  let endpoint: RecordingEndpoint;

  beforeAll(async () => {
    kafka = await startKafka();
    endpoint = await startRecordingEndpoint();
  });

  afterAll(async () => {
    await endpoint?.close();
    await kafka?.stop();
  });

  it('are found by the search, however they are written', () => {
    for (const secret of Object.values(PRIVATE)) {
      const around = [`x${secret}y`, `xy${secret}z`, `${secret}`];
      for (const text of around) {
        for (const written of [
          text,
          JSON.stringify({ text }),
          encodeURIComponent(text),
          Buffer.from(text).toString('base64'),
          Buffer.from(text).toString('base64url'),
          Buffer.from(text).toString('hex'),
        ]) {
          expect(findSecrets({ secret }, { written })).not.toEqual([]);
        }
      }
      expect(
        Math.min(...spellingsOf(secret).map(s => s.length)),
      ).toBeGreaterThan(15);
      expect(findSecrets({ secret }, { written: 'nothing' })).toEqual([]);
    }
  });

  it.each(databases.eachSupportedId())(
    'leave the backend by no way, with %s',
    async databaseId => {
      const db = await databases.init(databaseId);
      const topic = `orders-${databaseId}`;
      const dead = `dead-${databaseId}`;
      await createTopics(kafka.plain.brokers, [{ topic }, { topic: dead }]);
      endpoint.clear();

      const older = { id: 'older', key: randomBytes(32).toString('base64') };
      const newer = { id: 'newer', key: randomBytes(32).toString('base64') };
      const secrets: Record<string, string> = {
        ...PRIVATE,
        password: kafka.sasl.password,
        clientKey: kafka.mutualTls.key.split('\n')[1],
        olderKey: older.key,
        newerKey: newer.key,
      };
      const log = new StrictLog();
      const answers: string[] = [];

      const start = (keys: Array<typeof older>) =>
        startCanaryBackend({ db, keys, log, endpointUrl: endpoint.url });
      let backend = await start([older]);
      const send = async (
        method: 'get' | 'post' | 'put' | 'delete',
        path: string,
        body: object = {},
        person: Person = 'ada',
      ) => {
        const client = backend.as(person);
        const answer = await (method === 'get' || method === 'delete'
          ? client[method](path)
          : client[method](path, body));
        answers.push(`${JSON.stringify(answer.headers)}\n${answer.text}`);
        return answer;
      };

      const { sasl, mutualTls, plain } = kafka;
      const signIn = {
        mechanism: 'scram-sha-512',
        username: sasl.username,
        password: sasl.password,
      };
      const secured = {
        ...{ name: 'secured', type: 'kafka', brokers: sasl.brokers },
        ...{ tls: { ca: sasl.ca }, sasl: signIn },
      };
      const { ca, cert, key } = mutualTls;
      const mutual = {
        ...{ name: 'mutual', type: 'kafka', brokers: mutualTls.brokers },
        tls: { ca, cert, key },
      };
      const wrong = { ...signIn, password: PRIVATE.wrongPassword };
      const broken = `-----BEGIN PRIVATE KEY-----\n${PRIVATE.brokenKey}\n-----END PRIVATE KEY-----`;
      const wrongs: object[] = [
        { ...secured, sasl: wrong },
        { ...secured, sasl: { ...wrong, mechanism: 'scram-sha-256' } },
        { ...secured, sasl: { ...wrong, mechanism: 'plain' } },
        { ...secured, sasl: wrong, tls: true },
        { ...secured, sasl: wrong, tls: { ca: kafka.unrelatedCa } },
        { ...secured, sasl: wrong, brokers: plain.brokers },
        { ...secured, sasl: wrong, brokers: mutualTls.brokers },
        { ...secured, sasl: wrong, brokers: ['127.0.0.1:1'] },
        { ...secured, sasl: wrong, brokers: ['10.0.0.1:9092'] },
        {
          ...{ ...secured, tls: undefined, brokers: ['elsewhere.example:1'] },
          sasl: { ...wrong, mechanism: 'plain' },
        },
        { ...mutual, tls: { ...mutual.tls, key: broken } },
        { ...mutual, tls: { ca, cert: `${cert}\n${key}`, key } },
        { ...mutual, tls: { ca: `${key}\n${ca}`, cert, key } },
        { ...mutual, tls: { ca, cert: ca, key } },
        { ...mutual, tls: { ca: kafka.unrelatedCa, cert, key } },
        { ...secured, sasl: { ...signIn, password: [PRIVATE.misplaced] } },
        { ...secured, sasl: { ...signIn, passwort: PRIVATE.misplaced } },
        {
          ...secured,
          sasl: { ...signIn, password: PRIVATE.misplaced.repeat(50) },
        },
        { ...secured, tls: { ca, cert, key: PRIVATE.misplaced } },
      ];
      for (const body of wrongs) {
        const { status } = await send('post', '/connections', body);
        expect([body, status]).toEqual([body, 400]);
      }
      const unparsed = await backend
        .as('ada')
        .post('/connections', {})
        .type('json')
        .serialize(() => `{"password":"${PRIVATE.unparsed}`)
        .send({});
      expect(unparsed.status).toBe(400);
      answers.push(unparsed.text);
      expect(await send('post', '/connections', secured, 'vic')).toMatchObject({
        status: 403,
      });

      const created = await send('post', '/connections', secured);
      expect(created.status).toBe(201);
      expect(await send('post', '/connections', secured)).toMatchObject({
        status: 409,
      });
      expect(await send('post', '/connections', mutual)).toMatchObject({
        status: 201,
      });

      // A queue whose records are refused, and one that reads what it gives up.
      const base = `/connections/${created.body.id}`;
      const queueOf = async (name: string, algorithmRef: string) => {
        const { body } = await send('put', `${base}/topics/${name}/access`, {
          access: [{ algorithmRef, apiType: 'subscriber' }],
          revision: 0,
        });
        return `/queues/${body.access[0].queueId}`;
      };
      const queue = await queueOf(topic, SENTIMENT);
      const reader = await queueOf(dead, READER);
      const settings = {
        ...{ startFrom: 'earliest', maxAttempts: 2, timeoutMs: 1000 },
        deadLetterTopic: dead,
      };
      const enable = (versionRef: string, revision: number) =>
        send('put', queue, {
          state: 'enabled',
          versionRef,
          revision,
          settings,
        });
      expect(await enable(`${SENTIMENT}-9-0-0`, 0)).toMatchObject({
        status: 400,
      });
      endpoint.respond = ({ path, headers, body }) => {
        if (path.startsWith('/open/')) {
          return { status: 200 };
        }
        const echo = JSON.stringify({ error: { path, headers } });
        const echoed = { 'retry-after': String(headers.authorization) };
        const { n } = JSON.parse(body.toString());
        if (n === 1) {
          return { status: 422, headers: echoed, body: echo };
        }
        if (n === 2) {
          return { status: 500, headers: echoed, body: echo };
        }
        return n === 3 ? 'hang' : { status: 200, body: echo };
      };
      expect(await enable(`${SENTIMENT}-1-0-0`, 0)).toMatchObject({
        status: 200,
      });
      expect(
        await send('put', reader, {
          ...{ state: 'enabled', versionRef: 'latest', revision: 0 },
          settings: { startFrom: 'earliest' },
        }),
      ).toMatchObject({ status: 200 });
      await produce(
        plain.brokers,
        topic,
        [0, 1, 2, 3].map(n => ({ value: JSON.stringify({ n }) })),
      );
      const deadLetters = () =>
        endpoint.requests.filter(({ path }) => path.startsWith('/open/'));
      await endpoint.waitFor(() => deadLetters().length === 3, 40_000);
      // What is searched for was in use.
      const guarded = endpoint.requests.find(({ path }) =>
        path.startsWith('/guarded/'),
      );
      expect(guarded?.path).toContain(PRIVATE.query);
      expect(guarded?.headers.authorization).toBe(PRIVATE.credential);
      expect(deadLetters()[0].headers).toHaveProperty([
        '__event_flows.errors.message',
      ]);

      const look = async () => {
        for (const path of [
          ...['/allowed', '/connections', '/queues', '/openapi.json'],
          ...[base, `${base}/topics`, `${base}/topics/${topic}`, queue],
          ...[
            '/secrets/rotation',
            '/algorithms/component/default/sentiment/queues',
          ],
        ]) {
          const { status } = await send('get', path);
          expect([path, status]).toEqual([path, 200]);
        }
        for (const path of [base, queue, '/secrets/rotation']) {
          await send('get', path, {}, 'vic');
        }
      };
      await waitUntil(
        async () =>
          (await send('get', queue)).body.status?.counters.deadLettered === 3,
        { what: 'the dead letters in the status', timeoutMs: 10_000 },
      );
      await look();
      await backend.stop();
      const dumps = [await dump(db)];

      // Keys: wrong, missing, rotated.
      for (const keys of [
        [newer],
        [{ id: 'older', key: newer.key }],
        [{ id: 'older', key: `${older.key}x` }],
      ]) {
        const failure = await start(keys).then(
          () => undefined,
          error => error,
        );
        expect(failure).toBeInstanceOf(Error);
        log.write(failure);
      }
      backend = await start([newer, older]);
      const rotated = await send('post', '/secrets/rotation');
      expect(rotated.body).toMatchObject({ state: 'complete' });
      await look();

      // The stored secrets of one connection do not open.
      await db('connections')
        .where({ id: created.body.id })
        .update({
          secrets: db('connections')
            .where({ name: 'mutual' })
            .select('secrets'),
        });
      await look();
      await send('put', queue, { state: 'disabled', revision: 1 });
      expect(await enable('latest', 2)).toMatchObject({ status: 409 });
      await backend.stop();
      dumps.push(await dump(db));

      const texts = {
        'the log and the audit': log.text,
        answers: answers.join('\n'),
        'the database': dumps.join('\n'),
        'dead letters': JSON.stringify(
          deadLetters().map(({ headers, body }) => [headers, String(body)]),
        ),
      };
      expect(texts['the log and the audit']).toContain('connection-create');
      expect(texts['the database']).toContain('"secured"');
      expect(texts['dead letters']).toContain('422 from');
      expect(findSecrets(secrets, texts)).toEqual([]);
    },
  );
});

function startCanaryBackend(options: {
  db: Knex;
  keys: Array<{ id: string; key: string }>;
  log: StrictLog;
  endpointUrl: string;
}): Promise<TestBackend> {
  const { db, keys, log, endpointUrl } = options;
  const brokers = { allow: ['127.0.0.1:*', 'localhost:*'] };
  const endpoints = {
    allow: [`${endpointUrl}/`],
    credentials: [
      {
        prefix: `${endpointUrl}/guarded/`,
        headers: { Authorization: PRIVATE.credential },
      },
    ],
    forwardHeaders: [
      ...['message', 'class', 'version', 'status', 'algorithm', 'topic'],
    ].map(name => `__event_flows.errors.${name}`),
  };
  const { forwardHeaders, ...rules } = endpoints;
  return startBackend({
    engine: createEngine(
      { brokers, endpoints: rules, forwardHeaders, drainTimeoutMs: 2000 },
      entry => log.write(entry),
    ),
    permissionsEnabled: true,
    config: { brokers, endpoints, secrets: { keys } },
    entities: [
      algorithm('sentiment'),
      algorithmVersion('sentiment', '1.0.0', {
        endpoint: `${endpointUrl}/guarded/1.0.0?token=${PRIVATE.query}`,
      }),
      algorithmVersion('sentiment', '9.0.0', {
        endpoint: `${endpointUrl.replace('://', `://user:${PRIVATE.userinfo}@`)}/`,
      }),
      algorithm('reader'),
      algorithmVersion('reader', '1.0.0', { endpoint: `${endpointUrl}/open/` }),
    ],
    auditor: auditorServiceFactory,
    features: [
      mockServices.database.factory({ knex: db }),
      mockServices.scheduler.factory(),
      createServiceFactory({
        service: coreServices.rootLogger,
        deps: {},
        factory: () => log.logger,
      }),
    ],
  });
}

/** Every row of every table. */
async function dump(db: Knex): Promise<string> {
  const isPostgres = db.client.config.client === 'pg';
  const tables: Array<{ name: string }> = isPostgres
    ? await db('information_schema.tables')
        .where({ table_schema: 'public' })
        .select({ name: 'table_name' })
    : await db('sqlite_master').where({ type: 'table' }).select('name');
  const rows = await Promise.all(
    tables.map(async ({ name }) => [name, await db(name).select()]),
  );
  return JSON.stringify(rows);
}
