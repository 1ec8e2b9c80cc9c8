import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import {
  createTopics,
  produce,
  startKafka,
  startRecordingEndpoint,
  waitUntil,
  type EndpointAnswer,
  type KafkaCluster,
  type RecordedRequest,
  type RecordingEndpoint,
} from '@event-flows/testbed';
import { createEngine } from './Engine';
import type {
  BrokerAccess,
  DeliveryEngine,
  DesiredQueue,
  EngineOptions,
  QueueReport,
  Receipt,
} from './types';

jest.setTimeout(60_000);

describe('Engine', () => {
  let kafka: KafkaCluster;
  let endpoint: RecordingEndpoint;
  let engine: DeliveryEngine;
  let access: BrokerAccess;
  let options: EngineOptions;
  let topicCount = 0;
  const log = jest.fn();

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain'] });
    access = { id: 'cluster', brokers: kafka.plain.brokers };
  });

  afterAll(async () => {
    await kafka?.stop();
  });

  beforeEach(async () => {
    endpoint = await startRecordingEndpoint();
    options = {
      brokers: { allow: ['127.0.0.1:*'] },
      endpoints: {
        allow: [endpoint.url],
        credentials: [
          { prefix: endpoint.url, headers: { Authorization: 'Bearer secret' } },
        ],
      },
      forwardHeaders: ['x-tenant'],
      drainTimeoutMs: 2_000,
    };
    engine = createEngine(options, log);
  });

  afterEach(async () => {
    await engine.close();
    await endpoint.close();
  });

  async function createTopic(
    partitions = 1,
    config?: Record<string, string>,
  ): Promise<string> {
    topicCount += 1;
    const topic = `topic-${topicCount}`;
    await createTopics(kafka.plain.brokers, [{ topic, partitions, config }]);
    return topic;
  }

  function queueOf(
    topic: string,
    settings: Partial<DesiredQueue['settings']> = {},
  ): DesiredQueue {
    return {
      id: `queue-of-${topic}`,
      connection: access,
      topic,
      groupId: `event-flows.${topic}`,
      algorithmRef: 'component:default/sentiment',
      target: {
        kind: 'version',
        versionRef: 'component:default/sentiment-1',
        endpoint: `${endpoint.url}/v1`,
      },
      settings: { ...defaultQueueSettings, startFrom: 'earliest', ...settings },
      revision: 1,
      decisions: [],
    };
  }

  const ensurePositions = ({ groupId, topic, settings }: DesiredQueue) =>
    engine.admin.ensurePositions(access, {
      ...{ groupId, topic, startFrom: settings.startFrom },
    });

  async function enable(queue: DesiredQueue) {
    await ensurePositions(queue);
    await engine.apply([queue]);
  }

  /** Resolves when the queues have left their groups. */
  async function stop() {
    await engine.apply([]);
    await waitUntil(async () => (await engine.reports()).current.length === 0, {
      timeoutMs: 20_000,
      what: 'the queues to have stopped',
    });
  }

  const values = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({
      key: `key-${(from + index) % 20}`,
      value: String(from + index),
    }));

  const bodies = () => endpoint.requests.map(({ body }) => Number(body));

  async function report(): Promise<QueueReport> {
    const { current } = await engine.reports();
    const [only] = current;
    expectBalance(only);
    return only;
  }

  function expectBalance({ counters }: QueueReport) {
    const { read, delivered, deadLettered, skipped, inFlight } = counters;
    expect(read).toBe(delivered + deadLettered + skipped + inFlight);
  }

  const reportWhere = (
    holds: (candidate: QueueReport) => boolean,
    what: string,
  ) =>
    waitUntil(
      async () => {
        const candidate = await report();
        return holds(candidate) ? candidate : undefined;
      },
      { timeoutMs: 20_000, what },
    );

  const quietKafka = () =>
    new Kafka({
      brokers: kafka.plain.brokers,
      logLevel: logLevel.NOTHING,
    });

  async function committed(queue: DesiredQueue): Promise<number[]> {
    const admin = quietKafka().admin();
    await admin.connect();
    try {
      const [{ partitions }] = await admin.fetchOffsets({
        groupId: queue.groupId,
        topics: [queue.topic],
      });
      return partitions
        .sort((a, b) => a.partition - b.partition)
        .map(({ offset }) => Number(offset));
    } finally {
      await admin.disconnect();
    }
  }

  async function readAll(topic: string, count: number) {
    const found: KafkaMessage[] = [];
    const consumer = quietKafka().consumer({ groupId: `reader-of-${topic}` });
    await consumer.connect();
    try {
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message }) => {
          found.push(message);
        },
      });
      await waitUntil(() => found.length >= count, {
        timeoutMs: 15_000,
        what: `${count} records in ${topic}`,
      });
      return found;
    } finally {
      await consumer.disconnect();
    }
  }

  function expectOrderByPartition(requests: readonly RecordedRequest[]) {
    const last = new Map<string, number>();
    for (const { headers } of requests) {
      const [, partition, offset] = String(headers['ce-id']).split(':');
      expect(Number(offset)).toBeGreaterThan(last.get(partition) ?? -1);
      last.set(partition, Number(offset));
    }
  }

  /** Of each key, leaving repetitions aside. */
  function expectOrderOfFirstDeliveries() {
    const last = new Map<number, number>();
    for (const number of new Set(bodies())) {
      const key = number % 20;
      expect(number).toBeGreaterThan(last.get(key) ?? -1);
      last.set(key, number);
    }
  }

  it('tells what came of each attempt, where receipts are wanted', async () => {
    const topic = await createTopic();
    let isFirst = true;
    endpoint.respond = () => {
      const answer = isFirst
        ? { status: 500, body: 'oops' }
        : { status: 201, body: 'ok' };
      isFirst = false;
      return answer;
    };
    await produce(kafka.plain.brokers, topic, [{ key: 'k', value: 'v' }]);
    await enable({ ...queueOf(topic), receipts: true });
    const receipts: Receipt[] = [];
    const latencies: number[] = [];
    let failed = 0;
    await waitUntil(
      async () => {
        for (const { attempts, ...told } of (await engine.reports()).observed) {
          receipts.push(...told.receipts);
          failed += attempts.failed;
          attempts.latencies.forEach((count, bucket) => {
            latencies[bucket] = (latencies[bucket] ?? 0) + count;
          });
        }
        return receipts.length === 2;
      },
      { timeoutMs: 20_000, what: 'two receipts' },
    );
    const text = (value: string) => ({
      bytes: Uint8Array.from(Buffer.from(value)),
      size: value.length,
    });
    const place = { partition: 0, offset: '0', key: text('k') };
    expect(receipts).toMatchObject([
      {
        ...{ ...place, attempt: 1, outcome: 'retried', status: 500 },
        answer: text('oops'),
      },
      {
        ...{ ...place, attempt: 2, outcome: 'delivered', status: 201 },
        answer: text('ok'),
      },
    ]);
    expect(Date.parse(receipts[1].at)).toBeGreaterThan(
      Date.parse(receipts[0].at),
    );
    expect(failed).toBe(1);
    expect(latencies.reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  it('delivers every record once, in order, as a CloudEvent', async () => {
    const topic = await createTopic(3);
    const queue = queueOf(topic);
    await produce(kafka.plain.brokers, topic, values(0, 2_000));
    await enable(queue);
    await endpoint.waitFor(2_000, 20_000);
    const done = await reportWhere(({ lag }) => lag === 0, 'no lag');
    expect(done).toMatchObject({
      phase: 'running',
      versionRef: 'component:default/sentiment-1',
      counters: { read: 2_000, delivered: 2_000, inFlight: 0 },
    });
    expect(new Set(bodies()).size).toBe(2_000);
    expect(endpoint.requests).toHaveLength(2_000);
    expectOrderByPartition(endpoint.requests);
    expect(endpoint.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1',
      headers: {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-type': 'event-flows.kafka.record.v1',
        authorization: 'Bearer secret',
      },
    });
    await stop();
    expect(await engine.admin.groupMembers(access, queue.groupId)).toBe(0);
    expect((await committed(queue)).reduce((a, b) => a + b)).toBe(2_000);
  });

  it('starts with new records where that is wanted', async () => {
    const topic = await createTopic(2);
    await produce(kafka.plain.brokers, topic, values(0, 10));
    await enable(queueOf(topic, { startFrom: 'latest' }));
    await produce(kafka.plain.brokers, topic, values(10, 13));
    await endpoint.waitFor(3);
    await reportWhere(({ lag }) => lag === 0, 'no lag');
    expect(bodies().sort()).toEqual([10, 11, 12]);
  });

  it('tries again what may succeed later, holding back only its lane', async () => {
    const topic = await createTopic(2);
    let failures = 0;
    endpoint.respond = ({ body }) => {
      if (String(body) === 'a1' && failures < 2) {
        failures += 1;
        return { status: 503 };
      }
      return { status: 204 };
    };
    await produce(kafka.plain.brokers, topic, [
      { partition: 0, value: 'a1' },
      { partition: 0, value: 'a2' },
      { partition: 1, value: 'b1' },
      { partition: 1, value: 'b2' },
    ]);
    await enable(queueOf(topic));
    const retrying = await reportWhere(
      ({ phase }) => phase === 'retrying',
      'a retry',
    );
    expect(retrying.reason).toMatch(/^2nd attempt, 503 from 127\.0\.0\.1:\d+$/);
    await endpoint.waitFor(6);
    const seen = endpoint.requests.map(({ body }) => String(body));
    expect(seen.filter(value => value.startsWith('a'))).toEqual([
      'a1',
      'a1',
      'a1',
      'a2',
    ]);
    expect(seen.indexOf('b2')).toBeLessThan(seen.lastIndexOf('a1'));
    const after = await reportWhere(({ lag }) => lag === 0, 'no lag');
    expect(after.phase).toBe('running');
    expect(after.reason).toBeUndefined();
  });

  it('stops a lane whose record is refused, and goes on with another version', async () => {
    const topic = await createTopic(2);
    const queue = queueOf(topic);
    endpoint.respond = ({ path, body }) => ({
      status: path === '/v1' && String(body) === 'bad' ? 422 : 200,
    });
    await produce(kafka.plain.brokers, topic, [
      { partition: 0, value: 'good' },
      { partition: 0, value: 'bad' },
      { partition: 0, value: 'after' },
      { partition: 1, value: 'other' },
    ]);
    await enable(queue);
    const blocked = await reportWhere(
      ({ phase, counters }) => phase === 'blocked' && counters.delivered === 2,
      'a blocked lane',
    );
    expect(blocked.reason).toMatch(/^partition 0, offset 1: 422 from 127/);
    expect(blocked.partitions).toMatchObject([
      { partition: 0, phase: 'blocked', position: '1' },
      { partition: 1, phase: 'running', position: '1' },
    ]);
    await engine.apply([
      {
        ...queue,
        target: {
          kind: 'version',
          versionRef: 'component:default/sentiment-2',
          endpoint: `${endpoint.url}/v2`,
        },
      },
    ]);
    const after = await reportWhere(({ lag }) => lag === 0, 'no lag');
    expect(after).toMatchObject({
      phase: 'running',
      versionRef: 'component:default/sentiment-2',
      counters: { delivered: 4 },
    });
    expect(
      endpoint.requests
        .filter(({ path }) => path === '/v2')
        .map(({ body }) => String(body)),
    ).toEqual(['bad', 'after']);
  });

  it('keeps what cannot be delivered in the dead-letter topic', async () => {
    const topic = await createTopic();
    const deadLetterTopic = await createTopic();
    endpoint.respond = ({ body }) => ({
      status: { refused: 422, failing: 500 }[String(body)] ?? 200,
    });
    await produce(kafka.plain.brokers, topic, [
      {
        key: 'k',
        value: 'refused',
        headers: { origin: 'shop' },
        timestamp: 1_700_000_000_000,
      },
      { value: 'failing' },
      { value: 'fine' },
    ]);
    await enable(queueOf(topic, { deadLetterTopic, maxAttempts: 2 }));
    const done = await reportWhere(
      ({ counters }) => counters.delivered + counters.deadLettered === 3,
      'all done',
    );
    expect(done.counters).toMatchObject({ delivered: 1, deadLettered: 2 });
    const [refused, failing] = await readAll(deadLetterTopic, 2);
    expect(refused).toMatchObject({
      key: Buffer.from('k'),
      value: Buffer.from('refused'),
      timestamp: '1700000000000',
    });
    expect(textOf(refused.headers)).toEqual({
      origin: 'shop',
      '__event_flows.errors.topic': topic,
      '__event_flows.errors.partition': '0',
      '__event_flows.errors.offset': '0',
      '__event_flows.errors.group': `event-flows.${topic}`,
      '__event_flows.errors.algorithm': 'component:default/sentiment',
      '__event_flows.errors.version': 'component:default/sentiment-1',
      '__event_flows.errors.status': '422',
      '__event_flows.errors.class': 'refused',
      '__event_flows.errors.message': expect.stringMatching(/^422 from 127/),
      '__event_flows.errors.attempts': '1',
      '__event_flows.errors.first_failed_at': expect.stringMatching(/Z$/),
    });
    expect(textOf(failing.headers)).toMatchObject({
      '__event_flows.errors.class': 'exhausted',
      '__event_flows.errors.attempts': '2',
    });
  });

  it.each([
    [true, 'so that its reader knows why', ': no text, ***'],
    [false, 'unless receipts are off for the topic', ''],
  ])('says in a dead letter what was answered (%s: %s)', async (...row) => {
    const [receipts, , said] = row;
    const topic = await createTopic();
    const deadLetterTopic = await createTopic();
    endpoint.respond = () => ({ status: 422, body: 'no text,\nBearer secret' });
    await produce(kafka.plain.brokers, topic, [{ value: 'a' }]);
    await enable({ ...queueOf(topic, { deadLetterTopic }), receipts });
    const [letter] = await readAll(deadLetterTopic, 1);
    const message = textOf(letter.headers)['__event_flows.errors.message'];
    expect(message?.replace(/^422 from 127.0.0.1:\d+/, '')).toBe(said);
  });

  it('blocks visibly while the dead-letter topic cannot be written, and skips nothing', async () => {
    const topic = await createTopic();
    const queue = queueOf(topic, { deadLetterTopic: 'not-there-yet' });
    endpoint.respond = () => ({ status: 422 });
    await produce(kafka.plain.brokers, topic, [{ value: 'refused' }]);
    await enable(queue);
    const blocked = await reportWhere(
      ({ phase }) => phase === 'blocked',
      'a blocked lane',
    );
    expect(blocked.reason).toMatch(/dead-letter topic could not be written/);
    expect(await committed(queue)).toEqual([0]);
    await createTopics(kafka.plain.brokers, [{ topic: 'not-there-yet' }]);
    await reportWhere(
      ({ counters, phase }) =>
        counters.deadLettered === 1 && phase === 'running',
      'a dead letter',
    );
    await stop();
    expect(await committed(queue)).toEqual([1]);
  });

  it('pauses while the endpoint is misconfigured, and goes on by itself', async () => {
    const topic = await createTopic();
    endpoint.respond = () => ({ status: 401 });
    await produce(kafka.plain.brokers, topic, values(0, 5));
    await enable(queueOf(topic, { maxAttempts: 1 }));
    const paused = await reportWhere(
      ({ phase }) => phase === 'paused',
      'a pause',
    );
    expect(paused.reason).toMatch(/^401 from 127/);
    expect(paused.counters).toMatchObject({ delivered: 0, inFlight: 5 });
    endpoint.respond = () => ({ status: 200 });
    await reportWhere(({ counters }) => counters.delivered === 5, 'deliveries');
  });

  it('leaves an endpoint alone that is down, and uses up no attempts meanwhile', async () => {
    const topic = await createTopic();
    endpoint.respond = () => ({ status: 503 });
    await produce(kafka.plain.brokers, topic, values(0, 200));
    await enable(queueOf(topic, { ordering: 'none', maxAttempts: 2 }));
    const failing = await reportWhere(
      ({ reason }) => /in a row/.test(`${reason}`),
      'the breaker to open',
    );
    expect(failing.phase).toBe('retrying');
    expect(failing.reason).toMatch(/^503 from 127/);
    // Some probes later.
    await endpoint.waitFor(endpoint.requests.length + 3, 30_000);
    const { length: failed } = endpoint.requests;
    endpoint.respond = () => ({ status: 200 });
    const after = await reportWhere(
      ({ counters }) => counters.delivered === 200,
      'deliveries',
    );
    expect(after.counters).toMatchObject({ deadLettered: 0, inFlight: 0 });
    // A first attempt for each of 200 records would have been far more.
    expect(failed).toBeLessThan(50);
  });

  it('pauses with the reason given while there is no version to go to', async () => {
    const topic = await createTopic();
    const queue = queueOf(topic);
    await produce(kafka.plain.brokers, topic, values(0, 2));
    const reason = 'The version was deleted; choose another one';
    await enable({ ...queue, target: { kind: 'unavailable', reason } });
    await reportWhere(({ counters }) => counters.inFlight === 2, 'records');
    expect(await report()).toMatchObject({ phase: 'paused', reason });
    expect(endpoint.requests).toHaveLength(0);
    await engine.apply([queue]);
    await endpoint.waitFor(2);
  });

  it('calls nothing that is not allowed', async () => {
    const topic = await createTopic();
    const elsewhere = await startRecordingEndpoint();
    try {
      await produce(kafka.plain.brokers, topic, values(0, 1));
      await enable({
        ...queueOf(topic),
        target: {
          kind: 'version',
          versionRef: 'component:default/sentiment-1',
          endpoint: elsewhere.url,
        },
      });
      const paused = await reportWhere(
        ({ counters }) => counters.inFlight === 1,
        'a record',
      );
      expect(paused.phase).toBe('paused');
      expect(paused.reason).toMatch('eventFlows.endpoints.allow');
      expect(elsewhere.requests).toHaveLength(0);
    } finally {
      await elsewhere.close();
    }
  });

  it('goes on after disabling and enabling without gap or repetition', async () => {
    const topic = await createTopic(3);
    const queue = queueOf(topic);
    endpoint.respond = () => ({ status: 200, delayMs: 2 });
    await produce(kafka.plain.brokers, topic, values(0, 3_000));
    await enable(queue);
    for (const wanted of [300, 1_000]) {
      await endpoint.waitFor(wanted, 20_000);
      await stop();
      const atStop = endpoint.requests.length;
      expect(atStop).toBeLessThan(3_000);
      expect((await committed(queue)).reduce((a, b) => a + b)).toBe(atStop);
      await enable(queue);
    }
    await endpoint.waitFor(3_000, 30_000);
    await reportWhere(({ lag }) => lag === 0, 'no lag');
    expect(endpoint.requests).toHaveLength(3_000);
    expect(new Set(bodies()).size).toBe(3_000);
    expectOrderByPartition(endpoint.requests);
  });

  it('gives up requests that hang when the time to drain is over', async () => {
    await engine.close();
    engine = createEngine({ ...options, drainTimeoutMs: 300 }, log);
    const topic = await createTopic();
    const queue = queueOf(topic);
    endpoint.respond = () => 'hang';
    await produce(kafka.plain.brokers, topic, values(0, 1));
    await enable(queue);
    await endpoint.waitFor(1);
    const before = performance.now();
    await stop();
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(await engine.admin.groupMembers(access, queue.groupId)).toBe(0);
    expect(await committed(queue)).toEqual([0]);
  });

  it('stops a queue at once while another one still drains', async () => {
    await engine.close();
    engine = createEngine({ ...options, drainTimeoutMs: 20_000 }, log);
    const [slow, busy] = [
      queueOf(await createTopic()),
      queueOf(await createTopic(3)),
    ];
    const isOf = (queue: DesiredQueue, { headers }: RecordedRequest) =>
      String(headers['ce-source']).endsWith(queue.topic);
    const seen = (queue: DesiredQueue) =>
      endpoint.requests.filter(request => isOf(queue, request)).length;
    const gate = Promise.withResolvers<EndpointAnswer>();
    endpoint.respond = request =>
      isOf(slow, request) ? gate.promise : { status: 200, delayMs: 5 };
    for (const queue of [slow, busy]) {
      await produce(kafka.plain.brokers, queue.topic, values(0, 3_000));
      await ensurePositions(queue);
    }
    await engine.apply([slow, busy]);
    await endpoint.waitFor(() => seen(slow) > 0 && seen(busy) > 100);

    await engine.apply([busy]);
    await engine.apply([]);
    const atStop = seen(busy);
    const last = await waitUntil(
      async () => {
        const { ended } = await engine.reports();
        return ended.find(({ queueId }) => queueId === busy.id);
      },
      { timeoutMs: 10_000, what: 'the end of the busy queue' },
    );
    expectBalance(last);
    expect(last).toMatchObject({
      phase: 'stopped',
      counters: { delivered: seen(busy), inFlight: 0 },
    });
    // Only what had begun was still on its way.
    const { concurrency } = busy.settings;
    expect(seen(busy) - atStop).toBeLessThanOrEqual(concurrency);
    expect(await engine.admin.groupMembers(access, busy.groupId)).toBe(0);
    expect((await committed(busy)).reduce((a, b) => a + b)).toBe(seen(busy));
    const { current } = await engine.reports();
    expect(current).toMatchObject([
      { queueId: slow.id, counters: { delivered: 0 } },
    ]);

    gate.resolve({ status: 200 });
    await stop();
    expect(await committed(slow)).toEqual([1]);
  });

  it('starts a queue with other settings when the run before has left the group', async () => {
    const topic = await createTopic();
    const queue = queueOf(topic);
    endpoint.respond = () => 'hang';
    await produce(kafka.plain.brokers, topic, values(0, 1));
    await enable(queue);
    await endpoint.waitFor(1);
    const { run } = await report();
    endpoint.respond = () => ({ status: 200 });
    const settings = { ...queue.settings, concurrency: 2 };
    await engine.apply([{ ...queue, settings }]);
    expect((await report()).run).toBe(run);
    await endpoint.waitFor(2);
    const done = await reportWhere(({ lag }) => lag === 0, 'no lag');
    expect(done.run).not.toBe(run);
  });

  it('stays a member of its group while the endpoint hangs', async () => {
    const topic = await createTopic(2);
    endpoint.respond = ({ body }) =>
      String(body) === 'hang' ? 'hang' : { status: 200 };
    await produce(kafka.plain.brokers, topic, [
      { partition: 0, value: 'hang' },
      ...Array.from({ length: 500 }, () => ({ partition: 0, value: 'behind' })),
      ...Array.from({ length: 500 }, () => ({ partition: 1, value: 'free' })),
    ]);
    await enable(queueOf(topic));
    await endpoint.waitFor(501, 5_000);
    const { partitions } = await reportWhere(
      ({ counters }) => counters.delivered === 500,
      'the free ones to be done',
    );
    expect(partitions).toMatchObject([
      { partition: 0, position: '0', lag: 501 },
      { partition: 1, position: '500', lag: 0 },
    ]);
    // Longer than the group waits for a heartbeat: nothing is read again.
    await delay(12_000);
    expect(endpoint.requests).toHaveLength(501);
    expect((await report()).partitions).toHaveLength(2);
  });

  it('reads every compression that Kafka writes', async () => {
    for (const codec of ['gzip', 'snappy', 'lz4', 'zstd']) {
      // The broker, whose codecs are Java's, writes the batch anew.
      const topic = await createTopic(1, { 'compression.type': codec });
      const value = JSON.stringify({
        codec,
        text: 'again and '.repeat(20_000),
      });
      await produce(kafka.plain.brokers, topic, [{ value }, { value }]);
      endpoint.clear();
      await enable(queueOf(topic));
      await endpoint.waitFor(2, 10_000);
      expect(endpoint.requests.map(({ body }) => String(body))).toEqual([
        value,
        value,
      ]);
    }
  });

  it('survives whatever a record calls its headers', async () => {
    const topic = await createTopic();
    await produce(kafka.plain.brokers, topic, [
      {
        value: '{}',
        headers: {
          constructor: 'a',
          toString: 'b',
          'x-tenant': 'acme',
          'bad\r\nname': 'c',
          '': 'd',
          'content-type': 'text/plain\r\nx-evil: 1',
          traceparent: 'nonsense',
        },
      },
      { value: 'next', headers: { 'x-tenant': 'evil\r\nx-evil: 1' } },
    ]);
    await enable(queueOf(topic));
    await endpoint.waitFor(2);
    const [first, second] = endpoint.requests;
    expect(first.headers).toMatchObject({
      'x-tenant': 'acme',
      'content-type': 'application/json',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
    expect(first.headers).not.toHaveProperty('x-evil');
    expect(second.headers).not.toHaveProperty('x-tenant');
    expect(second.headers).not.toHaveProperty('x-evil');
  });

  it('stops visibly where the next record is gone, and goes on when it is enabled again', async () => {
    const topic = await createTopic(2);
    const queue = queueOf(topic);
    await enable(queue);
    const toBoth = (value: string) =>
      [0, 1].map(partition => ({ partition, value }));
    await produce(kafka.plain.brokers, topic, toBoth('before'));
    await endpoint.waitFor(2);
    await stop();
    await produce(kafka.plain.brokers, topic, toBoth('lost'));
    await produce(kafka.plain.brokers, topic, toBoth('left'));
    const admin = quietKafka().admin();
    await admin.connect();
    // kafkajs has to have heard of the topic.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({
      topic,
      partitions: [{ partition: 1, offset: '2' }],
    });
    await admin.disconnect();

    await engine.apply([queue]);
    const { partitions } = await reportWhere(
      ({ phase, reason }) =>
        phase === 'blocked' &&
        /does not have the next record/.test(`${reason}`),
      'the lost position to show',
    );
    expect(partitions[1]).toMatchObject({ phase: 'blocked' });
    // The other partition goes on.
    await endpoint.waitFor(4);
    await waitUntil(async () => (await committed(queue))[0] === 3, {
      timeoutMs: 10_000,
      what: 'the position of partition 0',
    });
    expect(await committed(queue)).toEqual([3, 1]);

    await stop();
    await enable(queue);
    await endpoint.waitFor(5);
    expect(endpoint.requests.map(({ body }) => String(body)).sort()).toEqual([
      'before',
      'before',
      'left',
      'left',
      'lost',
    ]);
  });

  it('reads a record with thousands of headers at once, whatever their names', async () => {
    const topic = await createTopic();
    const many = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`h${index}`, 'x']),
    );
    await produce(kafka.plain.brokers, topic, [
      {
        value: '{}',
        headers: { ...many, ['__proto__']: 'p', 'x-tenant': 'acme' },
      },
    ]);
    await enable(queueOf(topic));
    const blocked = monitorEventLoopDelay({ resolution: 10 });
    blocked.enable();
    await endpoint.waitFor(1);
    blocked.disable();
    expect(endpoint.requests[0].headers).toMatchObject({ 'x-tenant': 'acme' });
    // Without a linear decoder the thread stands still for over a minute.
    expect(blocked.max / 1e6).toBeLessThan(2_000);
  });

  it('says why a queue cannot read, and goes on when it can', async () => {
    const topic = `topic-late`;
    const queue = queueOf(topic);
    await engine.apply([queue]);
    const failed = await reportWhere(
      ({ phase }) => phase === 'failed',
      'failure',
    );
    expect(failed.reason).toMatch(
      /has no topic topic-late or does not show it/,
    );
    await createTopics(kafka.plain.brokers, [{ topic }]);
    await produce(kafka.plain.brokers, topic, values(0, 1));
    await endpoint.waitFor(1, 20_000);
  });

  it('goes on after the broker was away', async () => {
    const topic = await createTopic();
    await produce(kafka.plain.brokers, topic, values(0, 10));
    await enable(queueOf(topic));
    await endpoint.waitFor(10);
    await kafka.kill();
    await kafka.restart();
    await produce(kafka.plain.brokers, topic, values(10, 20));
    await endpoint.waitFor(
      requests => new Set(requests.map(({ body }) => String(body))).size === 20,
      40_000,
    );
    expect((await report()).phase).toBe('running');
  });

  describe('beside another one in the same group', () => {
    let child: ChildProcess;

    beforeEach(() => {
      child = fork(join(__dirname, '__fixtures__', 'engineProcess.ts'), {
        execArgv: [
          '--import',
          require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        ],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
    });

    afterEach(() => {
      child.kill('SIGKILL');
    });

    async function tell(order: object) {
      const answered = once(child, 'message');
      child.send(order);
      const [answer] = await answered;
      if (answer.kind === 'error') {
        throw new Error(answer.message);
      }
      return answer.reports as QueueReport[];
    }

    it('shares the partitions, and takes over all of them when it is killed', async () => {
      const topic = await createTopic(4);
      const queue = queueOf(topic);
      endpoint.respond = () => ({ status: 200, delayMs: 1 });
      await enable(queue);
      await tell({ kind: 'start', options, queues: [queue] });
      await waitUntil(
        async () => {
          const [theirs] = await tell({ kind: 'report' });
          const ours = await report();
          return theirs.partitions.length === 2 && ours.partitions.length === 2;
        },
        { timeoutMs: 20_000, what: 'two partitions each' },
      );
      await produce(kafka.plain.brokers, topic, values(0, 4_000));
      await endpoint.waitFor(500, 20_000);
      child.kill('SIGKILL');
      await endpoint.waitFor(
        requests =>
          new Set(requests.map(({ body }) => String(body))).size === 4_000,
        50_000,
      );
      expect((await report()).partitions).toHaveLength(4);
    });

    it('repeats nothing that is under way when the other one joins and leaves', async () => {
      const topic = await createTopic(4);
      const queue = queueOf(topic);
      endpoint.respond = () => ({ status: 200, delayMs: 50 });
      await enable(queue);
      await produce(kafka.plain.brokers, topic, values(0, 800));
      await endpoint.waitFor(50, 20_000);
      await tell({ kind: 'start', options, queues: [queue] });
      await waitUntil(
        async () => {
          const [theirs] = await tell({ kind: 'report' });
          return theirs.counters.delivered > 50;
        },
        { timeoutMs: 20_000, what: 'the other one to deliver' },
      );
      await tell({ kind: 'close' });
      await endpoint.waitFor(() => new Set(bodies()).size === 800, 40_000);
      await reportWhere(({ lag }) => lag === 0, 'no lag');
      expect(endpoint.requests).toHaveLength(800);
      expectOrderByPartition(endpoint.requests);
    });

    it('loses nothing and keeps order while the other one comes and goes under load', async () => {
      const topic = await createTopic(4);
      const queue = queueOf(topic, { ordering: 'key' });
      let total = 0;
      const produceMore = async () => {
        await produce(kafka.plain.brokers, topic, values(total, total + 500));
        total += 500;
      };
      endpoint.respond = () => ({ status: 200, delayMs: 5 });
      await enable(queue);
      await produceMore();
      await tell({ kind: 'start', options, queues: [queue] });
      await waitUntil(
        async () => {
          if (total - endpoint.requests.length < 1_000) {
            await produceMore();
          }
          const [theirs] = await tell({ kind: 'report' });
          return theirs.counters.delivered > 100;
        },
        { timeoutMs: 20_000, what: 'the other one to deliver' },
      );
      await produceMore();
      await tell({ kind: 'close' });
      await produceMore();
      await endpoint.waitFor(() => new Set(bodies()).size === total, 40_000);
      await reportWhere(({ lag }) => lag === 0, 'no lag');
      // With order by key, records are done beyond the first one that is not;
      // those come twice when their partition moves: at most about the
      // concurrency of each member, at each of the two moves.
      expect(endpoint.requests.length - total).toBeLessThanOrEqual(
        2 * 2 * queue.settings.concurrency,
      );
      expectOrderOfFirstDeliveries();
    });

    it('repeats nothing that was done when the other one joins and leaves', async () => {
      const topic = await createTopic(4);
      const queue = queueOf(topic);
      await enable(queue);
      await produce(kafka.plain.brokers, topic, values(0, 400));
      await endpoint.waitFor(400, 20_000);
      await tell({ kind: 'start', options, queues: [queue] });
      await waitUntil(async () => (await report()).partitions.length === 2, {
        timeoutMs: 20_000,
        what: 'two partitions left',
      });
      await produce(kafka.plain.brokers, topic, values(400, 800));
      await endpoint.waitFor(800, 20_000);
      await tell({ kind: 'close' });
      await waitUntil(async () => (await report()).partitions.length === 4, {
        timeoutMs: 20_000,
        what: 'all partitions',
      });
      await produce(kafka.plain.brokers, topic, values(800, 1_000));
      await endpoint.waitFor(1_000, 20_000);
      await reportWhere(({ lag }) => lag === 0, 'no lag');
      expect(endpoint.requests).toHaveLength(1_000);
      expect(new Set(bodies()).size).toBe(1_000);
    });
  });
});

function textOf(headers: KafkaMessage['headers'] = {}) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value)]),
  );
}
