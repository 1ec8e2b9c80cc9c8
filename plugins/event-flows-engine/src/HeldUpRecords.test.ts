import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import {
  createTopics,
  produce,
  startKafka,
  startRecordingEndpoint,
  waitUntil,
  withAdmin,
  type KafkaCluster,
  type RecordingEndpoint,
} from '@event-flows/testbed';
import { createEngine } from './Engine';
import type { DeliveryEngine, DesiredQueue, QueueReport } from './types';

jest.setTimeout(60_000);

const V1 = 'component:default/sentiment-1';
const V2 = 'component:default/sentiment-2';

describe('Held-up records', () => {
  let kafka: KafkaCluster;
  let endpoint: RecordingEndpoint;
  const engines: DeliveryEngine[] = [];
  let topicCount = 0;

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain'] });
  });

  afterAll(async () => {
    await kafka?.stop();
  });

  beforeEach(async () => {
    endpoint = await startRecordingEndpoint();
  });

  afterEach(async () => {
    await Promise.all(engines.splice(0).map(engine => engine.close()));
    await endpoint.close();
  });

  function startEngine(): DeliveryEngine {
    const engine = createEngine(
      {
        brokers: { allow: ['127.0.0.1:*'] },
        endpoints: { allow: [endpoint.url], credentials: [] },
        forwardHeaders: [],
        drainTimeoutMs: 2_000,
      },
      () => {},
    );
    engines.push(engine);
    return engine;
  }

  async function createTopic(): Promise<string> {
    topicCount += 1;
    const topic = `held-up-${topicCount}`;
    await createTopics(kafka.plain.brokers, [{ topic }]);
    return topic;
  }

  /** A topic with these records, each with itself as its key, and an enabled queue. */
  async function enable(
    records: string[],
    settings: Partial<DesiredQueue['settings']> = {},
  ) {
    const topic = await createTopic();
    await produce(
      kafka.plain.brokers,
      topic,
      records.map(value => ({ key: value, value })),
    );
    const engine = startEngine();
    const access = { id: 'cluster', brokers: kafka.plain.brokers };
    const queue: DesiredQueue = {
      id: topic,
      connection: access,
      topic,
      groupId: `event-flows.${topic}`,
      algorithmRef: 'component:default/sentiment',
      target: {
        kind: 'version',
        versionRef: V1,
        endpoint: `${endpoint.url}/v1`,
      },
      settings: { ...defaultQueueSettings, startFrom: 'earliest', ...settings },
      revision: 1,
      decisions: [],
    };
    await engine.admin.ensurePositions(access, {
      groupId: queue.groupId,
      topic,
      startFrom: 'earliest',
    });
    await engine.apply([queue]);
    return { engine, queue };
  }

  async function reportWhere(
    engine: DeliveryEngine,
    holds: (report: QueueReport) => boolean,
    what: string,
  ): Promise<QueueReport> {
    return waitUntil(
      async () => {
        const { current } = await engine.reports();
        const [report] = current;
        const { read, inFlight, ...done } = report.counters;
        expect(read).toBe(
          done.delivered + done.deadLettered + done.skipped + inFlight,
        );
        return holds(report) ? report : undefined;
      },
      { timeoutMs: 20_000, what },
    );
  }

  const bodies = () => endpoint.requests.map(({ body }) => String(body));

  const isBlocked = ({ phase, heldUp }: QueueReport) =>
    phase === 'blocked' && heldUp.length === 1;

  /** The endpoint refuses this one, for as long as it is told so. */
  function refuse(refused: string) {
    endpoint.respond = ({ body }) => ({
      status: String(body) === refused ? 422 : 200,
    });
  }

  async function committed({ groupId, topic }: DesiredQueue) {
    return withAdmin(kafka.plain.brokers, async admin => {
      const [{ partitions }] = await admin.fetchOffsets({
        groupId,
        topics: [topic],
      });
      return partitions[0];
    });
  }

  const decide = (
    action: 'retry' | 'skip',
    offset: string,
  ): DesiredQueue['decisions'] => [
    { id: `${action} ${offset}`, partition: 0, offset, action },
  ];

  it('are told with place, reason and attempts', async () => {
    refuse('bad');
    const { engine } = await enable(['good', 'bad', 'after']);
    const { heldUp } = await reportWhere(engine, isBlocked, 'a blocked lane');
    expect(heldUp).toEqual([
      {
        partition: 0,
        offset: '1',
        phase: 'blocked',
        reason: expect.stringMatching(/^422 from 127\.0\.0\.1/),
        attempts: 1,
        firstFailedAt: expect.stringMatching(/^\d{4}-/),
        status: 422,
        versionRef: V1,
      },
    ]);
  });

  it('are the oldest that wait, with those behind them', async () => {
    refuse('bad');
    const { engine, queue } = await enable([]);
    const send = async (value: string, timestamp: number) =>
      produce(kafka.plain.brokers, queue.topic, [{ value, timestamp }]);
    const atMs = Date.parse('2026-11-26T12:00:00.000Z');
    await send('good', atMs);
    await send('bad', atMs + 1_000);
    await send('after', atMs - 1_000);
    const { partitions } = await reportWhere(
      engine,
      report => isBlocked(report) && report.lag === 2,
      'a blocked lane',
    );
    expect(partitions).toMatchObject([
      { position: '1', oldestWaitingAt: '2026-11-26T12:00:01.000Z' },
    ]);
    await engine.apply([{ ...queue, decisions: decide('skip', '1') }]);
    const done = await reportWhere(engine, ({ lag }) => lag === 0, 'no lag');
    expect(done.partitions[0].oldestWaitingAt).toBe(undefined);
  });

  it('are tried again when somebody says so', async () => {
    refuse('bad');
    const { engine, queue } = await enable(['good', 'bad', 'after']);
    await reportWhere(engine, isBlocked, 'a blocked lane');
    refuse('none');
    await engine.apply([{ ...queue, decisions: decide('retry', '1') }]);
    const done = await reportWhere(
      engine,
      ({ decided, lag }) => decided.length > 0 && lag === 0,
      'the end of the lane',
    );
    expect(done).toMatchObject({
      phase: 'running',
      counters: { delivered: 3, skipped: 0 },
      decided: ['retry 1'],
    });
    expect(bodies()).toEqual(['good', 'bad', 'bad', 'after']);
  });

  it('are skipped when somebody says so, and counted', async () => {
    refuse('bad');
    const { engine, queue } = await enable(['good', 'bad', 'after']);
    await reportWhere(engine, isBlocked, 'a blocked lane');
    const decided = { ...queue, decisions: decide('skip', '1') };
    await engine.apply([decided]);
    const done = await reportWhere(
      engine,
      ({ decided: ids, lag }) => ids.length > 0 && lag === 0,
      'the end of the lane',
    );
    expect(done).toMatchObject({
      phase: 'running',
      counters: { delivered: 2, skipped: 1 },
      heldUp: [],
    });
    const position = await committed(queue);
    expect(position.offset).toBe('3');
    expect(position.metadata ?? '').toBe('');
    expect(bodies()).toEqual(['good', 'bad', 'after']);
    // Carried out once, however long it stays on the list.
    await engine.apply([{ ...decided, revision: 2 }]);
    expect((await engine.reports()).current[0].counters.skipped).toBe(1);
  });

  it('are dead-lettered when somebody says so, with their story', async () => {
    refuse('bad');
    const deadLetterTopic = await createTopic();
    const { engine, queue } = await enable(['bad', 'after']);
    await reportWhere(engine, isBlocked, 'a blocked lane');
    await engine.apply([
      {
        ...queue,
        decisions: [
          {
            ...{ id: 'd', partition: 0, offset: '0' },
            ...{ action: 'dead-letter', deadLetterTopic },
          },
        ],
      },
    ]);
    const done = await reportWhere(
      engine,
      ({ decided }) => decided.length > 0,
      'the dead letter',
    );
    expect(done.counters).toMatchObject({ deadLettered: 1 });
    await waitUntil(() => bodies().includes('after'), {
      what: 'the next record',
      timeoutMs: 5_000,
    });
    const ends = await withAdmin(kafka.plain.brokers, admin =>
      admin.fetchTopicOffsets(deadLetterTopic),
    );
    expect(ends).toMatchObject([{ high: '1' }]);
  });

  it('are dead-lettered with what they were tried with last, also between attempts and by the next owner', async () => {
    endpoint.respond = ({ body }) => ({
      status: String(body) === 'failing' ? 500 : 422,
    });
    const deadLetterTopic = await createTopic();
    const { engine, queue } = await enable(['failing', 'bad'], {
      ...{ ordering: 'none', concurrency: 2 },
    });
    await reportWhere(
      engine,
      ({ heldUp }) => heldUp.length === 2,
      'both records held up',
    );
    const deadLetter = (offset: string) => ({
      ...{ id: `dead-letter ${offset}`, partition: 0, offset },
      ...{ action: 'dead-letter' as const, deadLetterTopic },
    });
    const decisions = [deadLetter('0')];
    await engine.apply([{ ...queue, decisions }]);
    await reportWhere(
      engine,
      ({ decided }) => decided.length === 1,
      'the dead letter of the first',
    );
    await engine.close();

    const next = startEngine();
    await next.apply([queue]);
    await reportWhere(next, isBlocked, 'the second one, blocked as before');
    await next.apply([{ ...queue, decisions: [deadLetter('1')] }]);
    await reportWhere(
      next,
      ({ decided }) => decided.length === 1,
      'the dead letter of the second',
    );
    const { letters } = await next.admin.deadLetters(queue.connection, {
      ...{ topic: deadLetterTopic, groupId: queue.groupId, limit: 10 },
    });
    expect(letters).toMatchObject([
      {
        ...{ versionRef: V1, status: 422 },
        reason: expect.stringMatching(/^422 from/),
      },
      {
        ...{ versionRef: V1, status: 500 },
        reason: expect.stringMatching(/^500 from/),
      },
    ]);
  });

  it('stay blocked under the next owner, who acts on what was decided', async () => {
    refuse('bad');
    const { engine, queue } = await enable(['bad', 'after']);
    const before = await reportWhere(engine, isBlocked, 'a blocked lane');
    await engine.close();

    const next = startEngine();
    await next.apply([queue]);
    const after = await reportWhere(next, isBlocked, 'the same blocked lane');
    expect(after.heldUp).toEqual(before.heldUp);
    expect(bodies()).toEqual(['bad']);
    await next.apply([{ ...queue, decisions: decide('skip', '0') }]);
    await reportWhere(next, ({ lag }) => lag === 0, 'the end of the lane');
    expect(bodies()).toEqual(['bad', 'after']);
  });

  it('count their attempts on under the next owner', async () => {
    endpoint.respond = ({ body }) => ({
      status: String(body) === 'failing' ? 500 : 200,
    });
    const { engine, queue } = await enable(['failing'], { maxAttempts: 4 });
    const before = await reportWhere(
      engine,
      ({ heldUp }) => heldUp[0]?.attempts >= 2,
      'two attempts',
    );
    await engine.close();

    const next = startEngine();
    await next.apply([queue]);
    const after = await reportWhere(next, isBlocked, 'the last attempt');
    expect(after.heldUp[0]).toMatchObject({
      attempts: 4,
      firstFailedAt: before.heldUp[0].firstFailedAt,
      reason: expect.stringContaining('after 4 attempts'),
    });
    expect(bodies()).toHaveLength(4);
  });

  it('are passed by the records of other keys, which the next owner does not repeat', async () => {
    refuse('bad');
    const others = Array.from({ length: 500 }, (_, number) => String(number));
    const { engine, queue } = await enable(['bad', ...others], {
      ordering: 'key',
    });
    await reportWhere(
      engine,
      ({ counters }) => counters.delivered === others.length,
      'all others',
    );
    await engine.close();
    expect(await committed(queue)).toMatchObject({ offset: '0' });

    const next = startEngine();
    await next.apply([queue]);
    await reportWhere(next, isBlocked, 'the same blocked lane');
    expect(bodies()).toHaveLength(501);
    refuse('none');
    await next.apply([{ ...queue, decisions: decide('retry', '0') }]);
    await reportWhere(next, ({ lag }) => lag === 0, 'the end of the lane');
    expect(bodies()).toHaveLength(502);
    expect((await next.reports()).current[0].counters).toMatchObject({
      read: 1,
    });
  });

  it('are tried anew by the next owner when the queue was edited in between', async () => {
    refuse('bad');
    const { engine, queue } = await enable(['bad']);
    await reportWhere(engine, isBlocked, 'a blocked lane');
    await engine.close();
    refuse('none');
    const next = startEngine();
    await next.apply([{ ...queue, revision: 2 }]);
    await reportWhere(
      next,
      ({ counters }) => counters.delivered === 1,
      'the delivery',
    );
    expect(bodies()).toEqual(['bad', 'bad']);
  });

  it('are not all put into the dead-letter topic by a version that refuses everything', async () => {
    endpoint.respond = ({ path }) => ({ status: path === '/v1' ? 400 : 200 });
    const deadLetterTopic = await createTopic();
    const records = Array.from({ length: 200 }, (_, number) => String(number));
    const { engine, queue } = await enable(records, {
      ...{ deadLetterTopic, ordering: 'none' },
    });
    const paused = await reportWhere(
      engine,
      ({ phase, counters }) => phase === 'paused' && counters.deadLettered > 0,
      'a pause',
    );
    expect(paused.reason).toMatch(
      /^\d\d of the last \d\d records were refused, the last one with 400 from/,
    );
    expect(paused.counters.deadLettered).toBeLessThan(20);
    await engine.apply([
      {
        ...queue,
        target: {
          kind: 'version',
          versionRef: V2,
          endpoint: `${endpoint.url}/v2`,
        },
      },
    ]);
    const done = await reportWhere(engine, ({ lag }) => lag === 0, 'no lag');
    const { delivered, deadLettered } = done.counters;
    expect(delivered + deadLettered).toBe(200);
    expect(deadLettered).toBeLessThan(20);
  });
});
