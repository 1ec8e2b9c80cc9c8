import { CompressionTypes, Kafka, logLevel, type Message } from 'kafkajs';
import {
  createTopics,
  freePort,
  startKafka,
  type KafkaCluster,
} from '@event-flows/testbed';
import type { BrokerAccess } from '../../types';
import type { RecordToPublish } from '../BrokerDriver';
import {
  MAX_DECOMPRESSED_BYTES,
  MAX_DECOMPRESSED_BYTES_PER_ANSWER,
} from '../DecompressionAllowance';
import { registerCodecs } from '../kafka/codecs';
import { loadLibrary } from '../platformatic/library';
import { PlatformaticDriver } from '../platformatic/PlatformaticDriver';
import { DRIVERS } from './__testUtils__/drivers';
import { openSockets, waitForSockets } from './__testUtils__/sockets';
import { trackMembers } from './__testUtils__/trackMembers';

jest.setTimeout(120_000);

const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'];
const MANY_HEADERS = 20_000;
/** In linear time it is a fraction of this, in quadratic time more than a minute. */
const HEADERS_DEADLINE_MS = 10_000;

describe.each(DRIVERS)(
  'what is written and read by %s',
  (name, createDriver) => {
    let kafka: KafkaCluster;
    let topics = 0;
    const driver = createDriver('127.0.0.1:*');
    const { join } = trackMembers();

    const plain = (): BrokerAccess => ({
      id: 'p',
      brokers: kafka.plain.brokers,
    });

    const createTopic = async (config: Record<string, string> = {}) => {
      topics += 1;
      const topic = `producing-${topics}`;
      await createTopics(kafka.plain.brokers, [{ topic, config }]);
      return topic;
    };

    const read = (topic: string) =>
      join(driver, plain(), { groupId: `${topic}-${name}`, topic });

    /** As these batches, which no driver of ours writes. */
    const sendCompressed = async (topic: string, batches: Message[][]) => {
      registerCodecs();
      const producer = new Kafka({
        brokers: kafka.plain.brokers,
        logLevel: logLevel.NOTHING,
      }).producer({ allowAutoTopicCreation: false });
      await producer.connect();
      for (const messages of batches) {
        const compression = CompressionTypes.GZIP;
        await producer.send({ topic, compression, messages });
      }
      await producer.disconnect();
    };

    const publish = async (topic: string, records: RecordToPublish[]) => {
      const producer = driver.producer(plain());
      for (const record of records) {
        await producer.publish(topic, record);
      }
      await producer.close();
    };

    beforeAll(async () => {
      kafka = await startKafka({ listeners: ['plain'] });
    });

    afterAll(() => kafka?.stop());

    it('is the same: keys, values, times and headers, or none of them', async () => {
      const topic = await createTopic();
      const before = Date.now();
      await publish(topic, [
        {
          key: Buffer.from('key'),
          value: Buffer.from([0, 255, 128]),
          timestamp: 1_700_000_000_123,
          headers: [
            ['again', Buffer.from('1')],
            ['again', Buffer.from('2')],
            ['ünusual', Buffer.from([0xff])],
            ['', Buffer.alloc(0)],
          ],
        },
        { key: null, value: null, timestamp: -1, headers: [] },
        {
          key: Buffer.alloc(0),
          value: Buffer.alloc(0),
          timestamp: 0,
          headers: [],
        },
      ]);
      const member = await read(topic);
      await member.waitForRecords(3);
      const [full, none, empty] = member.records;
      expect(full).toEqual({
        partition: 0,
        offset: 0n,
        key: Buffer.from('key'),
        value: Buffer.from([0, 255, 128]),
        timestamp: 1_700_000_000_123,
        headers: [
          ['again', Buffer.from('1')],
          ['again', Buffer.from('2')],
          ['ünusual', Buffer.from([0xff])],
          ['', Buffer.alloc(0)],
        ],
      });
      expect(none).toMatchObject({ offset: 1n, key: null, value: null });
      expect(none.timestamp).toBeGreaterThanOrEqual(before);
      expect(none.headers).toEqual([]);
      expect(empty.key).toHaveLength(0);
      expect(empty.value).toHaveLength(0);
      expect(empty.timestamp).toBe(0);
    });

    it('has the time of the broker where the topic wants it', async () => {
      const topic = await createTopic({
        'message.timestamp.type': 'LogAppendTime',
      });
      const before = Date.now();
      await publish(topic, [
        { key: null, value: null, timestamp: 1_000, headers: [] },
      ]);
      const member = await read(topic);
      await member.waitForRecords(1);
      expect(member.records[0].timestamp).toBeGreaterThanOrEqual(before);
    });

    it.each(CODECS)('may be compressed by the broker with %s', async codec => {
      const topic = await createTopic({ 'compression.type': codec });
      const value = Buffer.from('again and again '.repeat(5_000));
      await publish(
        topic,
        Array.from({ length: 3 }, () => ({
          key: null,
          value,
          timestamp: -1,
          headers: [],
        })),
      );
      const member = await read(topic);
      await member.waitForRecords(3);
      expect(member.records.every(record => record.value?.equals(value))).toBe(
        true,
      );
    });

    it('may be 300,000 records of one batch', async () => {
      const topic = await createTopic();
      const count = 300_000;
      // kafkajs takes minutes to write so many at once.
      const { Producer } = loadLibrary();
      const producer = new Producer({
        clientId: 'many',
        bootstrapBrokers: [...kafka.plain.brokers],
      });
      const value = Buffer.from('x');
      await producer.send({
        compression: 'gzip',
        messages: Array.from({ length: count }, () => ({ topic, value })),
      });
      await producer.close();
      const member = await read(topic);
      await member.waitForRecords(count);
      expect(member.records.at(-1)?.offset).toBe(BigInt(count) - 1n);
      expect(member.batches).toHaveLength(1);
    });

    it('grows only so much in one read, and comes whole in several', async () => {
      const topic = await createTopic();
      const bombs = Array.from({ length: 12 }, () => [
        { value: Buffer.alloc(20 * 1024 * 1024) },
      ]);
      await sendCompressed(topic, bombs);
      const member = await read(topic);
      await member.waitForRecords(bombs.length);
      expect(member.records.map(({ offset }) => Number(offset))).toEqual(
        bombs.map((_, index) => index),
      );
      const sizes = member.batches.map(({ records }) =>
        records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0),
      );
      expect(Math.max(...sizes)).toBeLessThanOrEqual(
        MAX_DECOMPRESSED_BYTES_PER_ANSWER,
      );
    });

    it('is not read where a batch explodes; the consumer fails instead', async () => {
      const topic = await createTopic();
      await sendCompressed(topic, [
        [{ value: Buffer.alloc(MAX_DECOMPRESSED_BYTES + 1) }],
      ]);
      const member = await read(topic);
      await expect(member.consumer.failed).resolves.toMatchObject({
        message: expect.stringMatching(/larger than|Cannot create a Buffer/),
      });
      expect(member.batches).toEqual([]);
    });

    it('may have headers by the thousand, of any name, in any order', async () => {
      const topic = await createTopic();
      const names = ['__proto__', 'constructor', 'toString', 'a', 'length'];
      const headers = Array.from(
        { length: MANY_HEADERS },
        (_, index) =>
          [names[index % names.length], Buffer.from(String(index))] as const,
      );
      // kafkajs' producer groups them by name; the order is this one's.
      const writer = new PlatformaticDriver(
        {
          resolve: async () => [],
          checkHost: () => {},
          checkAddress: () => {},
        },
        () => {},
      ).producer(plain());
      await writer.publish(topic, {
        key: null,
        value: null,
        timestamp: -1,
        headers,
      });
      await writer.close();
      const started = performance.now();
      const member = await read(topic);
      await member.waitForRecords(1);
      expect(performance.now() - started).toBeLessThan(HEADERS_DEADLINE_MS);
      expect(member.records[0].headers).toEqual(headers);
    });

    it('fails with a reason, and can be tried again with the same producer', async () => {
      const socketsBefore = openSockets();
      const producer = driver.producer(plain());
      const record = { key: null, value: null, timestamp: -1, headers: [] };
      await expect(producer.publish('none', record)).rejects.toMatchObject({
        name: 'BrokerConnectionError',
        reason: 'authorization',
      });
      const topic = await createTopic();
      await producer.publish(topic, record);
      await producer.close();
      await expect(
        driver
          .producer({ id: 'u', brokers: [`127.0.0.1:${await freePort()}`] })
          .publish(topic, record),
      ).rejects.toMatchObject({ reason: 'unreachable' });
      await waitForSockets(socketsBefore);
    });
  },
);
