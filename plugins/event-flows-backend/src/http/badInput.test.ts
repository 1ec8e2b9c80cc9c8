import {
  mockCredentials,
  mockServices,
  type TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import type { Knex } from 'knex';
import { z } from 'zod';
import type { BadInput, ValidCall } from '../__testUtils__/badInput/BadInput';
import { badInputsOf } from '../__testUtils__/badInput/badInputsOf';
import {
  type DescribedRoute,
  describedRoutes,
  fieldsDescribedBy,
} from '../__testUtils__/badInput/describedRoutes';
import { fillIn } from '../__testUtils__/badInput/pathCases';
import { type RawAnswer, RawClient } from '../__testUtils__/badInput/RawClient';
import { fieldsOf } from '../__testUtils__/badInput/fieldCases';
import { Tables } from '../__testUtils__/badInput/Tables';
import {
  BROKER,
  type SceneIds,
  SENTIMENT,
  validCalls,
} from '../__testUtils__/badInput/validCalls';
import {
  aDeadLetter,
  aTopicRecord,
  InMemoryEngine,
  topicInfo,
} from '../__testUtils__/InMemoryEngine';
import { DATABASE_IDS } from '../__testUtils__/records';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';

jest.setTimeout(120_000);

/** Fewer than these, and something was left out. */
const LEAST_INPUTS = 5000;
/** Of those which reach a database, on each of them. */
const LEAST_STORED = 1200;

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

/** What a person may ask of clusters in a minute is bounded: they take turns. */
const ADMINISTRATORS = Array.from(
  { length: 200 },
  (_, i) => `user:default/ada-${i}`,
);

const refusalSchema = z.strictObject({
  error: z.strictObject({
    name: z.string().regex(/^[A-Z]\w+Error$/),
    message: z.string().min(10).max(4000),
    reason: z.string().optional(),
    statusCode: z.number().optional(),
  }),
  request: z.strictObject({ method: z.string(), url: z.string() }),
  response: z.strictObject({ statusCode: z.number().min(400).max(499) }),
});

const routes = describedRoutes();

describe('bad input', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => rejections.push(reason);
    let db: Knex;
    let backend: TestBackend;
    let client: RawClient;
    let tables: Tables;
    let ids: SceneIds;
    let valid: Record<string, ValidCall>;
    const engine = new InMemoryEngine();
    let sent = 0;
    let attempts = 0;

    beforeAll(async () => {
      process.on('unhandledRejection', onRejection);
      db = await databases.init(databaseId);
      engine.records = [aTopicRecord('5')];
      engine.deadLetters = ['5', '6'].map(offset => aDeadLetter(offset));
      engine.clusters.set(BROKER, {
        clusterId: 'cluster-1',
        topics: ['orders', 'reviews', 'dead', 'answers'].map(name =>
          topicInfo(name),
        ),
      });
      backend = await startBackend({
        engine,
        permissionsEnabled: false,
        config: { administrators: ADMINISTRATORS },
        features: [mockServices.database.factory({ knex: db })],
      });
      client = new RawClient(backend.port);
      tables = new Tables(db);
      ids = await setScene();
      valid = validCalls(ids);
    });

    afterAll(async () => {
      client?.close();
      await backend?.stop();
      process.off('unhandledRejection', onRejection);
    });

    const send = (input: BadInput) => {
      sent += 1;
      const ref = ADMINISTRATORS[Math.floor(sent / 20) % ADMINISTRATORS.length];
      return client.send(input, mockCredentials.user.header(ref));
    };

    async function call(method: string, path: string, body?: object) {
      const answer = await send({
        ...{ name: 'valid', operationId: '', method, path, fields: [] },
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        mustBeRefused: false,
      });
      if (answer.status >= 300) {
        throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      }
      return answer.text ? JSON.parse(answer.text) : undefined;
    }

    /** Each time another attempt: a replica reports what has changed only. */
    function holdUp(queueId: string) {
      attempts += 1;
      const record = { partition: 0, offset: '5', phase: 'blocked' } as const;
      engine.overrides.set(queueId, {
        phase: 'blocked',
        heldUp: [{ ...record, attempts, reason: 'refused' }],
      });
    }

    /** A connection whose topic has a queue which holds a record up. */
    async function setScene() {
      const { id: connectionId } = await call('post', '/connections', {
        ...{ name: 'one', type: 'kafka', brokers: [BROKER] },
      });
      const { id: otherConnectionId } = await call('post', '/connections', {
        ...{ name: 'other', type: 'kafka', brokers: [BROKER] },
      });
      const access = [{ algorithmRef: SENTIMENT, apiType: 'subscriber' }];
      await call('put', `/connections/${connectionId}/topics/orders/access`, {
        access,
        revision: 0,
      });
      const [{ id: queueId }] = (await call('get', '/queues')).items;
      holdUp(queueId);
      await call('put', `/queues/${queueId}`, {
        ...{ state: 'enabled', versionRef: 'latest', revision: 0 },
        settings: { deadLetterTopic: 'dead' },
      });
      await call('put', `/connections/${connectionId}/topics/reviews/access`, {
        ...{ access, revision: 0 },
      });
      await call('put', `/connections/${connectionId}/topics/answers/access`, {
        access: [{ algorithmRef: SENTIMENT, apiType: 'publisher' }],
        revision: 0,
      });
      const { id: stoppedQueueId } = (await call('get', '/queues')).items.find(
        ({ topic }: Queue) => topic === 'reviews',
      );
      await call('put', `/queues/${stoppedQueueId}`, {
        ...{ state: 'enabled', versionRef: 'latest', revision: 0 },
      });
      await call('put', `/queues/${stoppedQueueId}`, {
        ...{ state: 'disabled', revision: 1 },
      });
      return { connectionId, otherConnectionId, queueId, stoppedQueueId };
    }

    const isHeldUp = async (queueId: string) => {
      const { status } = await call('get', `/queues/${queueId}`);
      return status?.heldUp?.length > 0;
    };

    it.each(routes)(
      'is refused by $operationId, and nothing of it is stored',
      async route => {
        await waitUntil(() => isHeldUp(ids.queueId), {
          ...{ what: 'the record to be held up', timeoutMs: 20_000 },
        });
        const validCall = valid[route.operationId];
        const failures: string[] = [];
        const baseline = await tables.read();
        let before = await tables.dump();
        for (const input of inputsFor(databaseId, route, validCall)) {
          const answer = await send(input);
          const problems = problemsOf(input, answer, route.statuses);
          const after = await tables.dump();
          if (answer.status >= 400 && after !== before) {
            problems.push('something of it was stored');
          }
          before = after;
          if (answer.status < 300 && route.method !== 'get') {
            await tables.restore(baseline);
            holdUp(ids.queueId);
            before = await tables.dump();
          }
          failures.push(
            ...problems.map(
              problem =>
                `${input.name}: ${problem} (${answer.status} ${answer.text.slice(0, 300)})`,
            ),
          );
        }
        expect(failures).toEqual([]);
      },
    );

    it('leaves the backend as it was', async () => {
      expect(sent).toBeGreaterThan(LEAST_STORED);
      expect(rejections).toEqual([]);
      // One that was started anew would have another id.
      expect(await db('replicas')).toHaveLength(1);
      expect({}).not.toHaveProperty('polluted');
      for (const { operationId, method, path } of routes) {
        const { parameters, bodies } = valid[operationId];
        const name = operationId === 'createConnection' ? { name: 'two' } : {};
        if (operationId !== 'deleteConnection') {
          await call(
            method,
            fillIn(path, parameters),
            bodies[0] && { ...bodies[0], ...name },
          );
        }
      }
    });
  });

  it('is tried on every route, in enough ways', () => {
    const ids = {
      ...{ connectionId: UNKNOWN_ID, queueId: UNKNOWN_ID },
      otherConnectionId: UNKNOWN_ID,
      stoppedQueueId: UNKNOWN_ID,
    };
    const calls = validCalls(ids);
    expect(Object.keys(calls).sort()).toEqual(
      routes.map(({ operationId }) => operationId).sort(),
    );
    const counts = routes.map(
      route => badInputsOf(route, calls[route.operationId]).length,
    );
    expect(Math.min(...counts)).toBeGreaterThan(15);
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(
      LEAST_INPUTS,
    );
    for (const { operationId, accepts, body } of routes) {
      const { bodies } = calls[operationId];
      expect([operationId, ...bodies.map(accepts)]).toEqual([
        operationId,
        ...bodies.map(() => true),
      ]);
      const tried = new Set(bodies.flatMap(valid => fieldsOf(valid)));
      expect([operationId, ...tried]).toEqual(
        expect.arrayContaining(fieldsDescribedBy(body ?? {})),
      );
    }
  });
});

/**
 * What breaks the description is seen on SQLite not to reach a database; on
 * PostgreSQL the others are tried, and whatever stands in a path.
 */
function inputsFor(
  databaseId: TestDatabaseId,
  route: DescribedRoute,
  call: ValidCall,
): BadInput[] {
  return badInputsOf(route, call).filter(
    ({ mustBeRefused, fields }) =>
      databaseId === 'SQLITE_3' ||
      fields.length === 0 ||
      (route.body && !mustBeRefused),
  );
}

/** What is wrong with an answer. */
function problemsOf(
  input: BadInput,
  { status, text }: RawAnswer,
  described: number[],
): string[] {
  if (status < 300) {
    return input.mustBeRefused ? ['was accepted'] : [];
  }
  const answer = refusalSchema.safeParse(parse(text));
  if (!answer.success) {
    return [
      `is no refusal in Backstage's shape: ${z.prettifyError(answer.error)}`,
    ];
  }
  const { error, response } = answer.data;
  const isNamed =
    input.fields.length === 0 ||
    error.name !== 'InputError' ||
    input.fields.some(field => error.message.includes(field));
  return [
    ...(response.statusCode === status ? [] : ['the body has another status']),
    ...([...described, 404, 413].includes(status) ? [] : ['is not described']),
    ...(isNamed ? [] : [`does not name ${input.fields[0]}`]),
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
