import {
  createTopics,
  produce,
  startKafka,
  withAdmin,
  type KafkaCluster,
} from '@event-flows/testbed';
import { Kafka, logLevel } from 'kafkajs';
import { AddressPolicy } from '../../address/AddressPolicy';
import { KafkaAdmin } from './KafkaAdmin';

jest.setTimeout(90_000);

describe('the places of the latest records', () => {
  let kafka: KafkaCluster;
  let brokers: string[];
  const admin = new KafkaAdmin(
    new AddressPolicy({
      brokers: { allow: ['127.0.0.1:*'] },
      endpoints: { allow: [] },
    }).brokers,
    () => {},
  );

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain'] });
    ({ brokers } = kafka.plain);
  });

  afterAll(() => kafka?.stop());

  const placesOf = async (topic: string, limit: number) =>
    (await admin.latestPlaces({ id: 'a', brokers }, { topic, limit })).map(
      ({ partition, offset }) => `${partition}:${offset}`,
    );

  it('are those of all partitions in the order of time, up to a thousand', async () => {
    const topic = 'orders';
    await createTopics(brokers, [{ topic, partitions: 3 }]);
    await produce(
      brokers,
      topic,
      Array.from({ length: 1_200 }, (_, i) => ({
        ...{ partition: i % 2, timestamp: 1_000 + i, value: `${i}` },
      })),
    );
    expect(await placesOf(topic, 4)).toEqual([
      ...['0:598', '1:598', '0:599', '1:599'],
    ]);
    const places = await placesOf(topic, 1_000);
    expect(places).toHaveLength(1_000);
    expect(places.slice(0, 2)).toEqual(['0:100', '1:100']);
    expect(new Set(places).size).toBe(1_000);
  });

  it('are all that the topic has where it has fewer', async () => {
    const topic = 'reviews';
    await createTopics(brokers, [{ topic, partitions: 2 }]);
    expect(await placesOf(topic, 1_000)).toEqual([]);
    await produce(
      brokers,
      topic,
      ['a', 'b', 'c'].map(value => ({ partition: 1, value })),
    );
    await withAdmin(brokers, async client => {
      await client.fetchTopicOffsets(topic);
      await client.deleteTopicRecords({
        ...{ topic, partitions: [{ partition: 1, offset: '1' }] },
      });
    });
    expect(await placesOf(topic, 1_000)).toEqual(['1:1', '1:2']);
  });

  it('are found where many reads are needed for them', async () => {
    const topic = 'parcels';
    await createTopics(brokers, [{ topic, partitions: 1 }]);
    const value = 'x'.repeat(300_000);
    for (let i = 0; i < 30; i += 1) {
      // Each in a batch of its own, as whole batches are read.
      await produce(brokers, topic, [{ value }, { value }, { value }]);
    }
    expect(await placesOf(topic, 80)).toEqual(
      Array.from({ length: 80 }, (_, i) => `0:${10 + i}`),
    );
  });

  it('lie further back where offsets hold no record', async () => {
    const topic = 'payments';
    await createTopics(brokers, [{ topic, partitions: 1 }]);
    const client = new Kafka({ brokers, logLevel: logLevel.NOTHING });
    const producer = client.producer({
      ...{ transactionalId: topic, maxInFlightRequests: 1, idempotent: true },
    });
    await producer.connect();
    for (const end of ['commit', 'abort', 'commit', 'commit'] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: end }] });
      await transaction[end]();
    }
    await producer.disconnect();
    expect(await placesOf(topic, 2)).toEqual(['0:4', '0:6']);
    expect(await placesOf(topic, 3)).toEqual(['0:0', '0:4', '0:6']);
    expect(await placesOf(topic, 10)).toEqual(['0:0', '0:4', '0:6']);
  });

  it('say what is wrong where there is no such topic', async () => {
    await expect(placesOf('none', 1)).rejects.toMatchObject({
      name: 'BrokerConnectionError',
    });
  });
});
