import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel, type KafkaConfig } from 'kafkajs';
import {
  createTopics,
  denyTopic,
  freePort,
  produce,
  startKafka,
  waitUntil,
  withAdmin,
  type KafkaCluster,
} from '..';

jest.setTimeout(120_000);

describe('startKafka', () => {
  let kafka: KafkaCluster;

  beforeAll(async () => {
    kafka = await startKafka();
    await createTopics(kafka.plain.brokers, [
      { topic: 'orders', partitions: 3 },
    ]);
  });

  afterAll(() => kafka?.stop());

  const topicsSeenBy = async (config: KafkaConfig): Promise<string[]> => {
    const admin = new Kafka({
      ...config,
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    }).admin();
    try {
      await admin.connect();
      return await admin.listTopics();
    } finally {
      await admin.disconnect();
    }
  };

  it.each(['scram-sha-512', 'scram-sha-256', 'plain'] as const)(
    'signs in with %s over TLS by the private authority',
    async mechanism => {
      const { brokers, ca, username, password } = kafka.sasl;
      const config = { brokers, ssl: { ca } };
      expect(
        await topicsSeenBy({
          ...config,
          sasl: { mechanism, username, password } as KafkaConfig['sasl'],
        }),
      ).toContain('orders');
      await expect(
        topicsSeenBy({
          ...config,
          sasl: { mechanism, username, password: 'x' } as KafkaConfig['sasl'],
        }),
      ).rejects.toThrow(/auth|Invalid credentials/i);
    },
  );

  it('is not trusted through another authority', async () => {
    const { brokers, username, password } = kafka.sasl;
    await expect(
      topicsSeenBy({
        brokers,
        ssl: { ca: kafka.unrelatedCa },
        sasl: { mechanism: 'plain', username, password },
      }),
    ).rejects.toThrow('unable to verify the first certificate');
  });

  it('asks for a client certificate on the mutual TLS listener', async () => {
    const { brokers, ca, cert, key } = kafka.mutualTls;
    expect(await topicsSeenBy({ brokers, ssl: { ca, cert, key } })).toContain(
      'orders',
    );
    await expect(topicsSeenBy({ brokers, ssl: { ca } })).rejects.toThrow();
  });

  it('says where produced records are, in order', async () => {
    const records = [
      { key: 'a', value: '1', partition: 1 },
      { key: 'b', value: '2', partition: 2 },
      { key: 'a', value: '3', partition: 1 },
    ];
    expect(await produce(kafka.plain.brokers, 'orders', records)).toEqual([
      { partition: 1, offset: 0n },
      { partition: 2, offset: 0n },
      { partition: 1, offset: 1n },
    ]);
    const [a, , alsoA] = await produce(
      kafka.plain.brokers,
      'orders',
      records.map(({ key, value }) => ({ key, value })),
    );
    expect(alsoA).toEqual({ ...a, offset: a.offset + 1n });
  });

  it('hides a denied topic from the user, not from others', async () => {
    await createTopics(kafka.plain.brokers, [{ topic: 'secret' }]);
    await denyTopic(kafka.plain.brokers, 'secret', kafka.sasl.username);
    const { brokers, ca, username, password } = kafka.sasl;
    const sasl = { mechanism: 'plain', username, password } as const;

    await waitUntil(
      async () =>
        !(await topicsSeenBy({ brokers, ssl: { ca }, sasl })).includes(
          'secret',
        ),
      { timeoutMs: 10_000, what: 'the rule to reach the broker' },
    );
    expect(await topicsSeenBy(kafka.plain)).toContain('secret');
    expect(
      await topicsSeenBy({ ...kafka.mutualTls, ssl: kafka.mutualTls }),
    ).toContain('secret');
  });

  it('keeps ports and data over a restart and over SIGKILL', async () => {
    const { brokers } = kafka.plain;
    await createTopics(brokers, [{ topic: 'kept' }]);
    await produce(brokers, 'kept', [{ value: '1' }]);
    const first = kafka.pid;

    await kafka.restart();
    expect(kafka.pid).not.toBe(first);
    await produce(brokers, 'kept', [{ value: '2' }]);

    await kafka.kill();
    await expect(topicsSeenBy({ brokers })).rejects.toThrow('ECONNREFUSED');
    await kafka.restart();

    const offsets = await withAdmin(brokers, admin =>
      admin.fetchTopicOffsets('kept'),
    );
    expect(offsets).toMatchObject([{ low: '0', high: '2' }]);
  });

  it('starts again from a data folder that was given, with another choice of listeners', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'event-flows-kept-'));
    try {
      const first = await startKafka({ dataDir, listeners: ['plain'] });
      expect(() => first.sasl).toThrow('without TLS');
      await createTopics(first.plain.brokers, [{ topic: 'kept' }]);
      await first.stop();

      const second = await startKafka({ dataDir });
      const { brokers, ca, username, password } = second.sasl;
      const topics = await topicsSeenBy({
        brokers,
        ssl: { ca },
        sasl: { mechanism: 'scram-sha-512', username, password },
      });
      await second.stop();
      expect(topics).toEqual(['kept']);
      expect(existsSync(dataDir)).toBe(true);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it('shows the end of the log when a port is taken', async () => {
    const plain = await freePort();
    const blocker = createServer().listen(plain, '127.0.0.1');
    await once(blocker, 'listening');
    try {
      await expect(
        startKafka({ listeners: ['plain'], ports: { plain } }),
      ).rejects.toThrow(
        /Kafka ended before it was ready[^]*Address already in use/,
      );
    } finally {
      blocker.close();
    }
  });
});
