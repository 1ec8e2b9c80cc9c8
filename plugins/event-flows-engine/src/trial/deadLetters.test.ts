import {
  createTopics,
  produce,
  startKafka,
  startRecordingEndpoint,
  type KafkaCluster,
  type RecordingEndpoint,
} from '@event-flows/testbed';
import { createEngine } from '../Engine';
import type {
  BrokerAccess,
  DeadLetter,
  DeliveryEngine,
  LetterMark,
  RecordPlace,
  TopicRecord,
} from '../types';

jest.setTimeout(90_000);

const groupId = 'event-flows.q';
/** After the letters have failed. */
const LATER = '2026-11-26T10:00:01.000Z';
/** Before. */
const EARLIER = '2026-11-26T09:59:59.000Z';

/** The headers that tell what a dead letter was. */
function story(changes: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries({
      ...{ topic: 'orders', partition: '3', offset: '8812' },
      ...{ group: groupId, algorithm: 'component:default/a' },
      ...{ version: 'component:default/a-1', status: '422' },
      ...{ class: 'refused', message: 'no\nthanks', attempts: '2' },
      first_failed_at: '2026-11-26T10:00:00.000Z',
      ...changes,
    }).map(([name, value]) => [`__event_flows.errors.${name}`, value]),
  );
}

describe('dead letters', () => {
  let kafka: KafkaCluster;
  let access: BrokerAccess;
  let endpoint: RecordingEndpoint;
  let engine: DeliveryEngine;
  let topics = 0;

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain'] });
    access = { id: 'c', brokers: kafka.plain.brokers };
    endpoint = await startRecordingEndpoint();
    engine = createEngine(
      {
        brokers: { allow: ['127.0.0.1:*'] },
        endpoints: { allow: [endpoint.url], credentials: [] },
        ...{ forwardHeaders: ['x-tenant'], drainTimeoutMs: 1_000 },
      },
      () => {},
    );
  });

  afterAll(async () => {
    await engine?.close();
    await endpoint?.close();
    await kafka?.stop();
  });

  beforeEach(() => endpoint.clear());

  async function createTopic(
    partitions = 1,
    config?: Record<string, string>,
  ): Promise<string> {
    topics += 1;
    const topic = `dead-${topics}`;
    await createTopics(kafka.plain.brokers, [{ topic, partitions, config }]);
    return topic;
  }

  async function aDeadLetterTopic() {
    const topic = await createTopic();
    const value = '{"a":1}';
    await produce(kafka.plain.brokers, topic, [
      {
        ...{ key: 'k', value, timestamp: 1_000 },
        headers: { 'x-tenant': 'nlp', ...story() },
      },
      { value, headers: story({ group: 'event-flows.other' }) },
      { value, headers: story({ offset: 'nonsense' }) },
      { value },
    ]);
    return topic;
  }

  const latest = (topic: string, limit: number) =>
    engine.admin.records(access, { topic, from: 'latest', limit });
  const textOf = (bytes: TopicRecord['value']) =>
    bytes && Buffer.from(bytes.bytes).toString();

  const lettersOf = (
    topic: string,
    query: {
      limit?: number;
      before?: RecordPlace[];
      reason?: string;
      done?: LetterMark[];
    } = {},
  ) =>
    engine.admin.deadLetters(access, { topic, groupId, limit: 100, ...query });

  /** All pages, from the latest letter on. */
  async function allLettersOf(
    topic: string,
    query: { limit: number; done?: LetterMark[]; reason?: string },
  ) {
    const pages = [await lettersOf(topic, query)];
    for (
      let older = pages[0].older;
      older !== undefined;
      older = pages.at(-1)?.older
    ) {
      const { before } = older;
      pages.push(await lettersOf(topic, { ...query, before }));
    }
    return pages;
  }

  const redeliverFrom = (topic: string, changes: object) =>
    engine.admin.tryDelivery(access, {
      ...{ topic, partition: 0, offset: '0', timeoutMs: 2_000 },
      target: {
        ...{ kind: 'version', versionRef: 'component:default/a-2' },
        endpoint: `${endpoint.url}/v2`,
      },
      ...changes,
    });

  const place = ({ partition, offset }: DeadLetter | RecordPlace) =>
    `${partition}:${offset}`;
  const markOf = (
    { partition, offset, id }: DeadLetter,
    at = LATER,
  ): LetterMark => ({ partition, offset, at, letterId: id });

  it('are those of one group, as they were before', async () => {
    const topic = await aDeadLetterTopic();
    const letter = {
      ...{ partition: 0, offset: '0', status: 422, attempts: 2 },
      ...{ class: 'refused', reason: 'no thanks' },
      id: expect.stringMatching(/^[\w-]{43}$/),
      versionRef: 'component:default/a-1',
      firstFailedAt: '2026-11-26T10:00:00.000Z',
      record: expect.objectContaining({
        ...{ partition: 3, offset: '8812', timestamp: 1_000 },
        headers: [{ name: 'x-tenant', value: expect.anything() }],
      }),
    };
    expect(await lettersOf(topic)).toEqual({ letters: [letter] });
    const one = (offset: string) =>
      engine.admin.deadLetter(access, {
        ...{ topic, groupId, partition: 0, offset },
      });
    expect(await one('0')).toEqual(letter);
    // None of ours, nothing that was written by us, and nothing at all.
    expect(await one('1')).toBeUndefined();
    expect(await one('2')).toBeUndefined();
    expect(await one('4')).toBeUndefined();
  });

  it('are told apart by what they were and when they failed, not by where they lie', async () => {
    const topic = await createTopic();
    await produce(kafka.plain.brokers, topic, [
      { value: 'a', headers: story() },
      { value: 'a', headers: story({ message: 'again', attempts: '7' }) },
      { value: 'a', headers: story({ first_failed_at: LATER }) },
      { value: 'a', headers: story({ offset: '8813' }) },
    ]);
    const { letters } = await lettersOf(topic);
    const [other, later, again, first] = letters.map(({ id }) => id);
    expect(again).toBe(first);
    expect(new Set([other, later, first]).size).toBe(3);
  });

  it('are found page by page, the latest first, however many there are', async () => {
    const topic = await createTopic(3);
    await produce(
      kafka.plain.brokers,
      topic,
      Array.from({ length: 600 }, (_, i) => ({
        ...{ partition: i % 5 === 0 ? 1 : 0, timestamp: 1_000 + i, value: 'a' },
        headers: story({
          offset: `${i}`,
          ...(i % 2 === 0 && { group: 'event-flows.other' }),
        }),
      })),
    );
    const pages = await allLettersOf(topic, { limit: 40 });
    const letters = pages.flatMap(page => page.letters);
    expect(letters).toHaveLength(300);
    expect(new Set(letters.map(place)).size).toBe(300);
    expect(Math.max(...pages.map(page => page.letters.length))).toBe(40);
    const [last, next] = letters.map(({ record }) => record.offset);
    expect([last, next]).toEqual(['599', '597']);
    const left = pages.map(({ older }) => older?.records ?? 0);
    expect(left).toEqual([...left].sort((a, b) => b - a));
    expect(left[0]).toBeGreaterThan(0);
  });

  it('that are new do not get between the pages', async () => {
    const topic = await createTopic();
    const letters = [0, 1, 2, 3].map(i => ({
      ...{ value: 'a', headers: story({ offset: `${i}` }) },
    }));
    await produce(kafka.plain.brokers, topic, letters.slice(0, 3));
    const first = await lettersOf(topic, { limit: 2 });
    await produce(kafka.plain.brokers, topic, letters.slice(3));
    const second = await lettersOf(topic, { before: first.older?.before });
    expect(first.letters.map(place)).toEqual(['0:2', '0:1']);
    expect(second).toMatchObject({ letters: [{ offset: '0' }] });
    expect(second).not.toHaveProperty('older');
  });

  it('that are done are passed over, and the open one behind thousands of them is found', async () => {
    const topic = await createTopic();
    const count = 12_000;
    const letter = { value: 'a', headers: story() };
    const batch = Array.from({ length: 1_500 }, () => letter);
    for (let i = 0; i < count; i += batch.length) {
      await produce(kafka.plain.brokers, topic, batch);
    }
    const [last] = (await lettersOf(topic, { limit: 1 })).letters;
    const done = Array.from({ length: count - 1 }, (_, i) => ({
      ...markOf(last),
      offset: `${i + 1}`,
    }));
    const pages = await allLettersOf(topic, { limit: 5, done });
    // It says that it has not looked at everything yet.
    expect(pages[0].letters).toEqual([]);
    expect(pages[0].older?.records).toBeGreaterThan(0);
    expect(pages.flatMap(page => page.letters.map(place))).toEqual(['0:0']);
    expect(pages.length).toBeLessThan(5);
  });

  it('are found by a part of their reason', async () => {
    const topic = await createTopic();
    await produce(
      kafka.plain.brokers,
      topic,
      ['400 from there', '422 From there', 'no answer'].map(message => ({
        ...{ value: 'a', headers: story({ message }) },
      })),
    );
    const found = async (reason: string) =>
      (await lettersOf(topic, { reason })).letters.map(({ offset }) => offset);
    expect(await found('from')).toEqual(['1', '0']);
    expect(await found('NO ANSWER')).toEqual(['2']);
    expect(await found('502')).toEqual([]);
  });

  it('are all found where they are large', async () => {
    const topic = await createTopic();
    const value = 'x'.repeat(900_000);
    for (let i = 0; i < 30; i += 1) {
      await produce(kafka.plain.brokers, topic, [
        { value, headers: story({ offset: `${i}` }) },
      ]);
    }
    const pages = await allLettersOf(topic, { limit: 100 });
    expect(
      pages.flatMap(({ letters }) => letters.map(({ offset }) => offset)),
    ).toEqual(Array.from({ length: 30 }, (_, i) => `${29 - i}`));
  });

  it('are looked for below the end of a topic that was created anew', async () => {
    const topic = await aDeadLetterTopic();
    const before = [
      { partition: 0, offset: '500' },
      { partition: 7, offset: '5' },
    ];
    const page = await lettersOf(topic, { before });
    expect(page.letters.map(place)).toEqual(['0:0']);
    expect(page).not.toHaveProperty('older');
  });

  it('that are done are purged, up to the first that is not', async () => {
    const topic = await createTopic();
    await produce(kafka.plain.brokers, topic, [
      ...[1, 2, 3].map(() => ({ value: 'a', headers: story() })),
      { value: 'b', headers: story({ group: 'event-flows.other' }) },
      { value: 'c', headers: story() },
    ]);
    const [{ id }] = (await lettersOf(topic)).letters;
    const purge = async (
      offsets: string[],
      { checkOnly = false, at = EARLIER, letterId = id as string | null } = {},
    ) => {
      const { records, before } = await engine.admin.purgeDeadLetters(access, {
        ...{ topic, groupId, checkOnly },
        done: offsets.map(offset => ({
          ...{ partition: 0, offset, at },
          ...(letterId !== null && { letterId }),
        })),
      });
      expect(before).toHaveLength(records > 0 ? 1 : 0);
      return records > 0 ? [records, before[0].offset] : records;
    };
    const left = async () =>
      (await latest(topic, 9)).map(({ offset }) => offset);
    expect(await purge(['1', '2'])).toBe(0);
    // Whatever the clocks of those who dismissed it said.
    expect(await purge(['0', '1'], { checkOnly: true })).toEqual([2, '2']);
    // What lay there before is another letter.
    expect(await purge(['0', '1'], { letterId: 'x'.repeat(43) })).toBe(0);
    const old = { checkOnly: true, letterId: null };
    expect(await purge(['0', '1'], { ...old, at: EARLIER })).toBe(0);
    expect(await purge(['0', '1'], { ...old, at: LATER })).toEqual([2, '2']);
    expect(await left()).toEqual(['0', '1', '2', '3', '4']);
    expect(await purge(['0', '1'])).toEqual([2, '2']);
    expect(await left()).toEqual(['2', '3', '4']);
    // The letter of another group stays, whatever is said of it.
    expect(await purge(['2', '3', '4'])).toEqual([1, '3']);
    expect(await left()).toEqual(['3', '4']);
  });

  it('are redelivered as what they were', async () => {
    const topic = await aDeadLetterTopic();
    const [{ id }] = (await lettersOf(topic)).letters;
    const redeliver = (offset: string, letterId = id) =>
      redeliverFrom(topic, {
        ...{ offset, deadLetter: { groupId, id: letterId } },
      });
    expect(await redeliver('0')).toMatchObject({ outcome: 'delivered' });
    expect(endpoint.requests).toHaveLength(1);
    const [{ headers, body, path }] = endpoint.requests;
    expect({ path, body: String(body) }).toEqual({
      ...{ path: '/v2', body: '{"a":1}' },
    });
    expect(headers).toMatchObject({
      ...{ 'ce-id': 'orders:3:8812', 'ce-subject': 'k', 'x-tenant': 'nlp' },
      'idempotency-key': expect.stringMatching(/\/ordersorders:3:8812$/),
    });
    expect(JSON.stringify(headers)).not.toContain('__event_flows');
    // Letters of others are none of ours, and another one is not what was meant.
    expect(await redeliver('1')).toBeUndefined();
    expect(await redeliver('3')).toBeUndefined();
    expect(await redeliver('0', 'x'.repeat(43))).toBeUndefined();
    expect(endpoint.requests).toHaveLength(1);
  });

  describe('what a redelivered dead letter is answered', () => {
    async function redeliver(outputTopic: string) {
      const topic = await createTopic();
      await produce(kafka.plain.brokers, topic, [
        { key: 'k', value: '{"a":1}', headers: story() },
      ]);
      const [{ id }] = (await lettersOf(topic)).letters;
      return redeliverFrom(topic, {
        deadLetter: { groupId, id },
        output: { topic: outputTopic, publisher: 'component:default/a' },
      });
    }

    it('is published as delivery would, before it counts as delivered', async () => {
      const outputTopic = await createTopic();
      endpoint.respond = () => ({
        ...{ status: 200, body: '{"b":2}' },
        headers: { 'content-type': 'application/json' },
      });
      expect(await redeliver(outputTopic)).toMatchObject({
        outcome: 'delivered',
      });
      const [answer, ...others] = await latest(outputTopic, 10);
      expect(others).toEqual([]);
      expect(textOf(answer.value)).toBe('{"b":2}');
      expect(textOf(answer.key)).toBe('k');
      const headers = Object.fromEntries(
        answer.headers.map(({ name, value }) => [name, textOf(value)]),
      );
      expect(headers).toMatchObject({
        ...{ 'content-type': 'application/json' },
        ...{ '__event_flows.input.topic': 'orders' },
        ...{ '__event_flows.input.partition': '3' },
        ...{ '__event_flows.input.offset': '8812' },
        ...{ '__event_flows.algorithm': 'component:default/a' },
        ...{ '__event_flows.version': 'component:default/a-2' },
      });
    });

    it('is not published where it is empty, or a refusal', async () => {
      const outputTopic = await createTopic();
      endpoint.respond = () => ({ status: 204 });
      expect(await redeliver(outputTopic)).toMatchObject({
        outcome: 'delivered',
      });
      endpoint.respond = () => ({ status: 422, body: 'no' });
      expect(await redeliver(outputTopic)).toMatchObject({
        outcome: 'refused',
      });
      expect(await latest(outputTopic, 10)).toEqual([]);
    });

    it.each([
      ['too long for the topic', { 'max.message.bytes': '1000' }, 'refused'],
      ['not taken by the cluster', undefined, 'retried'],
    ])('is told where it is %s', async (_, config, outcome) => {
      const outputTopic = config ? await createTopic(1, config) : 'not-there';
      endpoint.respond = () => ({ status: 200, body: 'x'.repeat(2_000) });
      expect(await redeliver(outputTopic)).toMatchObject({
        ...{ outcome, status: 200 },
        reason: expect.stringContaining(
          `could not be published to ${outputTopic}`,
        ),
      });
    });
  });
});
