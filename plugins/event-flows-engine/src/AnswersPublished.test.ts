import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import {
  createTopics,
  produce,
  startKafka,
  startRecordingEndpoint,
  waitUntil,
  type KafkaCluster,
  type RecordingEndpoint,
} from '@event-flows/testbed';
import { createEngine } from './Engine';
import type {
  BrokerAccess,
  DeliveryEngine,
  DesiredQueue,
  QueueReport,
} from './types';

jest.setTimeout(90_000);

const PATIENCE_MS = 40_000;

describe.each(['kafkajs', 'platformatic'] as const)(
  'what algorithms answer, with %s',
  driver => {
    let kafka: KafkaCluster;
    let access: BrokerAccess;
    let endpoint: RecordingEndpoint;
    let engine: DeliveryEngine;
    let count = 0;

    beforeAll(async () => {
      kafka = await startKafka({ listeners: ['plain'] });
      access = { id: 'cluster', brokers: kafka.plain.brokers };
    });

    afterAll(async () => {
      await kafka?.stop();
    });

    beforeEach(async () => {
      endpoint = await startRecordingEndpoint();
      engine = createEngine(
        {
          brokers: { allow: ['127.0.0.1:*'] },
          endpoints: { allow: [endpoint.url], credentials: [] },
          forwardHeaders: [],
          drainTimeoutMs: 2_000,
          driver,
        },
        () => {},
      );
    });

    afterEach(async () => {
      await engine.close();
      await endpoint.close();
    });

    async function createTopic(
      config?: Record<string, string>,
      partitions = 1,
    ): Promise<string> {
      count += 1;
      const topic = `answers-${count}`;
      await createTopics(kafka.plain.brokers, [{ topic, partitions, config }]);
      return topic;
    }

    async function enable(
      topic: string,
      outputTopic: string,
      {
        failurePointer,
        ...settings
      }: Partial<DesiredQueue['settings']> & {
        failurePointer?: string;
      } = {},
    ) {
      const queue: DesiredQueue = {
        id: `queue-of-${topic}`,
        connection: access,
        ...{ topic, outputTopic, groupId: `event-flows.${topic}` },
        algorithmRef: 'component:default/sentiment',
        target: {
          kind: 'version',
          versionRef: 'component:default/sentiment-1',
          endpoint: `${endpoint.url}/v1`,
          ...(failurePointer !== undefined && { failurePointer }),
        },
        settings: {
          ...defaultQueueSettings,
          startFrom: 'earliest',
          ...settings,
        },
        revision: 1,
        decisions: [],
      };
      await engine.admin.ensurePositions(access, {
        ...{ groupId: queue.groupId, topic, startFrom: 'earliest' },
      });
      await engine.apply([queue]);
    }

    const reportWhere = (
      holds: (report: QueueReport) => boolean,
      what: string,
    ) =>
      waitUntil(
        async () => {
          const [report] = (await engine.reports()).current;
          return report && holds(report) ? report : undefined;
        },
        { timeoutMs: PATIENCE_MS, what },
      );

    const delivered = (wanted: number) =>
      reportWhere(
        ({ counters }) => counters.delivered === wanted,
        `${wanted} delivered records`,
      );

    async function readAll(topic: string, wanted: number) {
      const found: KafkaMessage[] = [];
      const consumer = new Kafka({
        brokers: kafka.plain.brokers,
        logLevel: logLevel.NOTHING,
      }).consumer({ groupId: `reader-of-${topic}` });
      await consumer.connect();
      try {
        await consumer.subscribe({ topic, fromBeginning: true });
        await consumer.run({
          eachMessage: async ({ message }) => {
            found.push(message);
          },
        });
        await waitUntil(() => found.length >= wanted, {
          timeoutMs: PATIENCE_MS,
          what: `${wanted} records in ${topic}`,
        });
        return found;
      } finally {
        await consumer.disconnect();
      }
    }

    const textsOf = ({ headers }: KafkaMessage) =>
      Object.fromEntries(
        Object.entries(headers ?? {}).map(([name, value]) => [
          name,
          String(value),
        ]),
      );

    it('go to the output topic, keyed like their inputs, with their story', async () => {
      const topic = await createTopic();
      const output = await createTopic();
      const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
      endpoint.respond = ({ body }) => ({
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: `{"of":"${body}"}`,
      });
      await produce(kafka.plain.brokers, topic, [
        { key: 'k', value: 'first', headers: { traceparent } },
        { value: 'second' },
      ]);
      await enable(topic, output);
      await delivered(2);
      const [first, second] = await readAll(output, 2);
      expect([first, second].map(({ value }) => String(value))).toEqual([
        '{"of":"first"}',
        '{"of":"second"}',
      ]);
      expect(String(first.key)).toBe('k');
      expect(second.key).toBeNull();
      expect(textsOf(first)).toEqual({
        'content-type': 'application/json',
        traceparent,
        '__event_flows.input.topic': topic,
        '__event_flows.input.partition': '0',
        '__event_flows.input.offset': '0',
        '__event_flows.algorithm': 'component:default/sentiment',
        '__event_flows.version': 'component:default/sentiment-1',
      });
    });

    it('are in the order of their inputs', async () => {
      const topic = await createTopic();
      const output = await createTopic();
      endpoint.respond = ({ body }) => ({ status: 200, body });
      const numbers = Array.from({ length: 200 }, (_, index) => `${index}`);
      await produce(
        kafka.plain.brokers,
        topic,
        numbers.map(value => ({ key: `k${Number(value) % 5}`, value })),
      );
      await enable(topic, output, { ordering: 'key' });
      await delivered(200);
      const found = await readAll(output, 200);
      for (const key of ['k0', 'k1', 'k2', 'k3', 'k4']) {
        expect(
          found
            .filter(message => String(message.key) === key)
            .map(({ value }) => String(value)),
        ).toEqual(numbers.filter(value => `k${Number(value) % 5}` === key));
      }
    });

    it('keep their inputs pending while the topic cannot be written, and are not asked for again', async () => {
      const topic = await createTopic();
      const output = `answers-late-${driver}`;
      endpoint.respond = ({ body }) => ({ status: 200, body });
      await produce(kafka.plain.brokers, topic, [
        { value: 'one' },
        { value: 'two' },
      ]);
      await enable(topic, output);
      const pending = await reportWhere(
        ({ lastError }) => lastError !== undefined,
        'the failure to show',
      );
      expect(pending.lastError?.message).toMatch(
        new RegExp(`could not be published to ${output}: .*has no topic`),
      );
      expect(pending.counters).toMatchObject({ delivered: 0, inFlight: 2 });
      await createTopics(kafka.plain.brokers, [{ topic: output }]);
      await delivered(2);
      const found = await readAll(output, 2);
      expect(found.map(({ value }) => String(value))).toEqual(['one', 'two']);
      expect(endpoint.requests.map(({ body }) => String(body))).toEqual([
        'one',
        'two',
      ]);
    });

    it('are not published where they are empty, or say that the record failed', async () => {
      const topic = await createTopic();
      const output = await createTopic();
      const deadLetterTopic = await createTopic();
      endpoint.respond = ({ body }) =>
        String(body) === 'empty'
          ? { status: 204 }
          : {
              status: 200,
              body: String(body) === 'failed' ? '{"error":1}' : '{"ok":1}',
            };
      await produce(
        kafka.plain.brokers,
        topic,
        ['empty', 'failed', 'fine'].map(value => ({ value })),
      );
      await enable(topic, output, {
        deadLetterTopic,
        failurePointer: '/error',
      });
      await delivered(2);
      const found = await readAll(output, 1);
      expect(found.map(({ value }) => String(value))).toEqual(['{"ok":1}']);
    });

    it('are the fault of their records where the topic does not take their size', async () => {
      const topic = await createTopic();
      const output = await createTopic({ 'max.message.bytes': '1000' });
      const long = 'x'.repeat(5_000);
      const tooLong = 'x'.repeat(2_000_000);
      endpoint.respond = ({ body }) => ({
        status: 200,
        body: String(body) === 'a' ? long : tooLong,
      });
      await produce(kafka.plain.brokers, topic, [
        { value: 'a' },
        { value: 'b' },
      ]);
      await enable(topic, output, { ordering: 'none' });
      const { heldUp } = await reportWhere(
        ({ heldUp: records }) => records.length === 2,
        'both records to be held up',
      );
      const reasons = heldUp.map(({ reason }) => reason).sort();
      expect(reasons[0]).toMatch(/^200 from .* with too long an answer/);
      expect(reasons[1]).toMatch(/5000 bytes are more than the cluster lets/);
    });
  },
);
