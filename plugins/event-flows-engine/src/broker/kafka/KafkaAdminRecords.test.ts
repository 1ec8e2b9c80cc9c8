import {
  createTopics,
  produce,
  startKafka,
  waitUntil,
  withAdmin,
  type KafkaCluster,
} from '@event-flows/testbed';
import { AddressPolicy } from '../../address/AddressPolicy';
import { KafkaAdmin } from './KafkaAdmin';

jest.setTimeout(120_000);

const TOPICS = 300;

/** What a person waits for a list, on a machine that does other things too. */
const PATIENCE_MS = 5_000;

describe('the records of many topics', () => {
  let kafka: KafkaCluster;
  const admin = new KafkaAdmin(
    new AddressPolicy({
      brokers: { allow: ['127.0.0.1:*'] },
      endpoints: { allow: [] },
    }).brokers,
    () => {},
  );
  const readTopics = () =>
    admin.topics({ id: 'a', brokers: kafka.plain.brokers });

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain'] });
    const { brokers } = kafka.plain;
    await createTopics(brokers, [{ topic: 'orders', partitions: 3 }]);
    await produce(
      brokers,
      'orders',
      [0, 1, 1, 2].map(partition => ({ value: 'x', partition })),
    );
    await withAdmin(brokers, async client => {
      await client.createTopics({
        waitForLeaders: false,
        topics: Array.from({ length: TOPICS - 1 }, (_, index) => ({
          topic: `t${index}`,
          numPartitions: 1,
          replicationFactor: 1,
        })),
      });
    });
    await waitUntil(
      async () =>
        (await readTopics()).every(topic => 'approximateRecords' in topic),
      { timeoutMs: 60_000, what: 'leaders of all topics' },
    );
  });

  afterAll(() => kafka?.stop());

  it('are counted, and nobody waits long for a list', async () => {
    const counts = await waitUntil(
      async () => {
        const started = performance.now();
        const topics = await readTopics();
        expect(performance.now() - started).toBeLessThan(PATIENCE_MS);
        expect(topics).toHaveLength(TOPICS);
        const found = new Map(
          topics.map(topic => [topic.name, topic.approximateRecords]),
        );
        // On a busy machine the time may be over before all are counted.
        return [...found.values()].includes(undefined) ? undefined : found;
      },
      { timeoutMs: 60_000, what: 'the records of all topics' },
    );
    expect(counts.get('orders')).toBe(4);
    expect(counts.get('t0')).toBe(0);
  });
});
