import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import {
  createTopics,
  produce,
  startKafka,
  startRecordingEndpoint,
  withAdmin,
  type KafkaCluster,
  type RecordingEndpoint,
} from '@event-flows/testbed';
import { createEngine } from '../Engine';
import type {
  BrokerAccess,
  DeliveryEngine,
  DeliveryTarget,
  TopicRecord,
} from '../types';

jest.setTimeout(90_000);

describe('looking at records, and trying versions on them', () => {
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
        endpoints: {
          allow: [endpoint.url],
          credentials: [
            {
              prefix: endpoint.url,
              headers: { Authorization: 'Bearer secret' },
            },
          ],
        },
        forwardHeaders: ['x-tenant'],
        drainTimeoutMs: 1_000,
      },
      () => {},
    );
  });

  afterAll(async () => {
    await engine?.close();
    await endpoint?.close();
    await kafka?.stop();
  });

  beforeEach(() => {
    endpoint.clear();
    endpoint.respond = () => ({ status: 200 });
  });

  async function createTopic(
    partitions = 1,
    config?: Record<string, string>,
  ): Promise<string> {
    topics += 1;
    const topic = `trial-${topics}`;
    await createTopics(kafka.plain.brokers, [{ topic, partitions, config }]);
    return topic;
  }

  const latest = (topic: string, limit: number) =>
    engine.admin.records(access, { topic, from: 'latest', limit });
  const textOf = ({ value }: TopicRecord) =>
    value && Buffer.from(value.bytes).toString();

  const groups = () =>
    withAdmin(kafka.plain.brokers, async admin => {
      const { groups: listed } = await admin.listGroups();
      return listed.map(({ groupId }) => groupId);
    });

  describe('looking', () => {
    it('shows the latest of all partitions in the order of time, and leaves no group', async () => {
      const topic = await createTopic(3);
      await produce(
        kafka.plain.brokers,
        topic,
        Array.from({ length: 20 }, (_, i) => ({
          ...{ partition: i % 2, timestamp: 1_000 + i, value: `${i}` },
        })),
      );
      const before = await groups();
      const records = await latest(topic, 6);
      expect(records.map(textOf)).toEqual(['14', '15', '16', '17', '18', '19']);
      expect(records[0]).toEqual({
        ...{ partition: 0, offset: '7', timestamp: 1_014 },
        ...{ key: null, headers: [], headersLeftOut: 0 },
        value: { bytes: Uint8Array.from(Buffer.from('14')), size: 2 },
      });
      expect(await groups()).toEqual(before);
    });

    it('takes more of a partition where the others have less', async () => {
      const topic = await createTopic(3);
      await produce(kafka.plain.brokers, topic, [
        { partition: 1, timestamp: 1, value: 'alone' },
        ...[2, 3, 4, 5].map(timestamp => ({
          ...{ partition: 2, timestamp, value: `${timestamp}` },
        })),
      ]);
      const records = await latest(topic, 4);
      expect(records.map(textOf)).toEqual(['alone', '3', '4', '5']);
      expect(await latest(topic, 100)).toHaveLength(5);
      expect(await latest(await createTopic(), 10)).toEqual([]);
    });

    it('begins at an offset where it is told to, also with what the topic has lost', async () => {
      const topic = await createTopic(2);
      await produce(
        kafka.plain.brokers,
        topic,
        ['a', 'b', 'c', 'd'].map(value => ({ partition: 1, value })),
      );
      await withAdmin(kafka.plain.brokers, async admin => {
        await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({
          ...{ topic, partitions: [{ partition: 1, offset: '1' }] },
        });
      });
      const from = async (offset: string, limit = 2) => {
        const place = { partition: 1, offset };
        const query = { topic, from: place, limit };
        return (await engine.admin.records(access, query)).map(textOf);
      };
      expect(await from('2')).toEqual(['c', 'd']);
      expect(await from('0')).toEqual(['b', 'c']);
      expect(await from('4')).toEqual([]);
      expect(await from('9223372036854775807')).toEqual([]);
    });

    it('cuts what is long, and says how long it is', async () => {
      const topic = await createTopic();
      await produce(kafka.plain.brokers, topic, [
        {
          key: 'k'.repeat(2_000),
          value: 'v'.repeat(100_000),
          headers: Object.fromEntries(
            Array.from({ length: 150 }, (_, i) => [`h${i}`, 'x'.repeat(3_000)]),
          ),
        },
      ]);
      const [record] = await latest(topic, 1);
      expect(record.key).toMatchObject({ size: 2_000 });
      expect(record.key?.bytes).toHaveLength(1_024);
      expect(record.value).toMatchObject({ size: 100_000 });
      expect(record.value?.bytes).toHaveLength(16_384);
      expect(record.headers).toHaveLength(100);
      expect(record.headersLeftOut).toBe(50);
      expect(record.headers[0].value).toMatchObject({ size: 3_000 });
    });

    it('passes over what was aborted, and reads what is compressed', async () => {
      const topic = await createTopic();
      const client = new Kafka({
        ...{ brokers: kafka.plain.brokers, logLevel: logLevel.NOTHING },
      });
      const producer = client.producer({
        ...{ transactionalId: topic, maxInFlightRequests: 1, idempotent: true },
      });
      await producer.connect();
      for (const [value, end] of [
        ['aborted', 'abort'],
        ['committed', 'commit'],
      ] as const) {
        const transaction = await producer.transaction();
        await transaction.send({
          ...{ topic, compression: CompressionTypes.GZIP },
          messages: [{ value }],
        });
        await transaction[end]();
      }
      await producer.disconnect();
      const query = { topic, from: { partition: 0, offset: '0' }, limit: 10 };
      const records = await engine.admin.records(access, query);
      expect(records.map(textOf)).toEqual(['committed']);
    });

    it('says what is wrong where it cannot', async () => {
      await expect(latest('none', 1)).rejects.toMatchObject({
        name: 'BrokerConnectionError',
      });
      const elsewhere = { id: 'c', brokers: ['10.0.0.1:9092'] };
      await expect(
        engine.admin.records(elsewhere, {
          ...{ topic: 'any', from: 'latest', limit: 1 },
        }),
      ).rejects.toMatchObject({ reason: 'not-allowed' });
    });
  });

  describe('trying', () => {
    const target = (changes: object = {}): DeliveryTarget => ({
      kind: 'version',
      versionRef: 'component:default/sentiment-1',
      endpoint: `${endpoint.url}/v1?token=hidden`,
      ...changes,
    });
    const attempt = (topic: string, changes: object = {}, more: object = {}) =>
      engine.admin.tryDelivery(access, {
        ...{ topic, partition: 0, offset: '1', timeoutMs: 2_000 },
        target: target(changes),
        ...more,
      });

    async function aTopic() {
      const topic = await createTopic();
      await produce(kafka.plain.brokers, topic, [
        { value: 'first' },
        { key: 'k', value: '{"a":1}', headers: { 'x-tenant': 'nlp' } },
      ]);
      return topic;
    }

    it('sends what delivery would, and shows it without secrets', async () => {
      const topic = await aTopic();
      endpoint.respond = () => ({ status: 201, body: 'thanks' });
      const trial = await attempt(topic);
      const [request] = endpoint.requests;
      expect(request).toMatchObject({
        ...{ method: 'POST', path: '/v1?token=hidden' },
        body: Buffer.from('{"a":1}'),
        headers: {
          ...{ authorization: 'Bearer secret', 'x-tenant': 'nlp' },
          ...{ 'ce-id': `${topic}:0:1`, 'ce-subject': 'k' },
          'content-type': 'application/json',
        },
      });
      expect(trial).toMatchObject({
        request: { url: `${endpoint.url}/v1`, size: 7 },
        ...{ outcome: 'delivered', status: 201 },
        answer: { bytes: Uint8Array.from(Buffer.from('thanks')), size: 6 },
        latencyMs: expect.any(Number),
      });
      expect(trial?.request.headers).toEqual(
        expect.arrayContaining([
          { name: 'authorization', value: '***' },
          { name: 'ce-id', value: `${topic}:0:1` },
        ]),
      );
      expect(JSON.stringify(trial)).not.toMatch(/secret|hidden/);
    });

    it('moves no position, and leaves no group', async () => {
      const topic = await aTopic();
      const before = await groups();
      await attempt(topic);
      expect(await groups()).toEqual(before);
    });

    it.each([
      [{ status: 422, body: 'no' }, 'refused', /^422 from/],
      [{ status: 503 }, 'retried', /^503 from/],
      [{ status: 401 }, 'paused', /^401 from/],
      ['hang' as const, 'retried', /no answer within 2000 ms/],
    ])(
      'says what a queue would do after %j',
      async (answer, outcome, reason) => {
        endpoint.respond = () => answer;
        expect(await attempt(await aTopic())).toMatchObject({
          ...{ outcome, reason: expect.stringMatching(reason) },
        });
      },
    );

    it('heeds the failure pointer, and cuts a long answer', async () => {
      const topic = await aTopic();
      endpoint.respond = () => ({ status: 200, body: '{"error":"no"}' });
      expect(await attempt(topic, { failurePointer: '/error' })).toMatchObject({
        ...{ outcome: 'refused', reason: expect.stringContaining('/error') },
      });
      endpoint.respond = () => ({ status: 200, body: 'x'.repeat(20_000) });
      const trial = await attempt(topic);
      expect(trial?.answer).toMatchObject({ size: 20_000 });
      expect(trial?.answer?.bytes).toHaveLength(16_384);
    });

    it('refuses an answer that is too long to be published, and publishes none', async () => {
      const topic = await aTopic();
      const output = { topic: await createTopic() };
      endpoint.respond = () => ({ status: 200, body: 'x'.repeat(1_100_000) });
      expect(await attempt(topic)).toMatchObject({ outcome: 'delivered' });
      expect(await attempt(topic, {}, { output })).toMatchObject({
        ...{ outcome: 'refused', status: 200 },
        reason: expect.stringContaining(
          `too long an answer to publish to ${output.topic}`,
        ),
      });
      endpoint.respond = () => ({ status: 200, body: 'short' });
      expect(await attempt(topic, {}, { output })).toMatchObject({
        outcome: 'delivered',
      });
      expect(await latest(output.topic, 10)).toEqual([]);
    });

    it('sends nothing to where it may not, and nothing that is not there', async () => {
      const topic = await aTopic();
      expect(
        await attempt(topic, { endpoint: 'http://127.0.0.1:1/' }),
      ).toMatchObject({
        outcome: 'paused',
        reason: expect.stringContaining('eventFlows.endpoints.allow'),
      });
      expect(await attempt(topic, {}, { offset: '2' })).toBeUndefined();
      expect(endpoint.requests).toEqual([]);
    });
  });
});
