import {
  createTopics,
  startKafka,
  withAdmin,
  type KafkaCluster,
} from '@event-flows/testbed';
import { AddressPolicy } from '../../address/AddressPolicy';
import type { ConsumerHandler } from '../BrokerDriver';
import { ConsumerStalledError } from '../ProgressWatch';
import { KafkaConsumer } from './KafkaConsumer';
import { createKafkaClient } from './kafkaClient';
import { KafkaDriver } from './KafkaDriver';

jest.setTimeout(60_000);

const STALLED_AFTER_MS = 5_000;
const topic = 'orders';

const handler: ConsumerHandler = {
  onRebalancing: async () => {},
  onAssigned: () => {},
  readBytes: () => 1024 * 1024,
  onRecords: () => {},
  onPositionLost: () => {},
};

describe('KafkaConsumer', () => {
  let kafka: KafkaCluster;

  beforeAll(async () => {
    kafka = await startKafka({
      listeners: ['plain'],
      properties: { 'offset.metadata.max.bytes': '100' },
    });
    await createTopics(kafka.plain.brokers, [{ topic }]);
  });

  afterAll(async () => {
    await kafka?.stop();
  });

  async function open(groupId: string): Promise<KafkaConsumer> {
    const access = { id: 'cluster', brokers: kafka.plain.brokers };
    const { brokers: policy } = new AddressPolicy({
      brokers: { allow: ['127.0.0.1:*'] },
      endpoints: { allow: [] },
    });
    const log = () => {};
    await new KafkaDriver(policy, log).admin.ensurePositions(access, {
      ...{ groupId, topic, startFrom: 'latest' },
    });
    const consumer = new KafkaConsumer(
      createKafkaClient(access, { policy, log, retry: { retries: 5 } }),
      access,
      { groupId, topic },
      handler,
      'cluster',
      STALLED_AFTER_MS,
    );
    await consumer.open();
    return consumer;
  }

  async function committed(groupId: string) {
    return withAdmin(kafka.plain.brokers, async admin => {
      const [{ partitions }] = await admin.fetchOffsets({
        groupId,
        topics: [topic],
      });
      return partitions.map(({ offset, metadata }) => ({
        ...{ offset, metadata: metadata ?? '' },
      }));
    });
  }

  it('commits a position alone where the broker does not take what stands beside it', async () => {
    const consumer = await open('small-metadata');
    const partition = 0;
    await consumer.commit([
      { partition, offset: 7n, metadata: 'a'.repeat(90) },
    ]);
    expect(await committed('small-metadata')).toEqual([
      { offset: '7', metadata: 'a'.repeat(90) },
    ]);
    await consumer.commit([
      { partition, offset: 8n, metadata: 'a'.repeat(101) },
    ]);
    expect(await committed('small-metadata')).toEqual([
      { offset: '8', metadata: '' },
    ]);
    await consumer.close(5_000);
  });

  it('does not take a position for committed while it stops', async () => {
    const consumer = await open('stopping');
    const closed = consumer.close(5_000);
    await expect(
      consumer.commit([{ partition: 0, offset: 7n, metadata: '' }]),
    ).rejects.toThrow('committed nothing');
    await closed;
    expect(await committed('stopping')).toEqual([
      { offset: '0', metadata: '' },
    ]);
  });

  it('fails when it has read nothing for too long, not even in vain', async () => {
    const consumer = await open('stalled');
    // There is nothing to read, which is no stall.
    const early = await Promise.race([
      consumer.failed,
      new Promise(resolve => setTimeout(resolve, 2 * STALLED_AFTER_MS, 'none')),
    ]);
    expect(early).toBe('none');

    // The broker keeps its connections and answers nothing.
    kafka.process.suspend();
    const before = performance.now();
    const failure = await consumer.failed;
    kafka.process.resume();
    expect(failure).toBeInstanceOf(ConsumerStalledError);
    expect(failure.message).toMatch(
      /^(Nothing was|Partition 0 was not) read for 5 s/,
    );
    expect(performance.now() - before).toBeLessThan(STALLED_AFTER_MS + 3_000);
    await consumer.close(5_000);
  });
});
