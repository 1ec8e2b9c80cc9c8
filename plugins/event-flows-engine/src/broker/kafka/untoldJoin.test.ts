import {
  createTopics,
  startKafka,
  waitUntil,
  type KafkaCluster,
} from '@event-flows/testbed';
import Broker from 'kafkajs/src/broker';
import { AddressPolicy } from '../../address/AddressPolicy';
import type { ConsumerHandler } from '../BrokerDriver';
import { PlatformaticDriver } from '../platformatic/PlatformaticDriver';
import { KafkaConsumer } from './KafkaConsumer';
import { createKafkaClient } from './kafkaClient';
import { KafkaDriver } from './KafkaDriver';

jest.setTimeout(60_000);

const topic = 'orders';
const groupId = 'shop';

describe('KafkaConsumer', () => {
  let kafka: KafkaCluster;

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain'] });
    await createTopics(kafka.plain.brokers, [{ topic, partitions: 2 }]);
  });

  afterAll(async () => {
    jest.restoreAllMocks();
    await kafka?.stop();
  });

  const access = () => ({ id: 'cluster', brokers: kafka.plain.brokers });
  const { brokers: policy } = new AddressPolicy({
    brokers: { allow: ['127.0.0.1:*'] },
    endpoints: { allow: [] },
  });
  const log = () => {};

  const handler = (
    assignments: number[][],
    onRebalancing = async () => {},
  ): ConsumerHandler => ({
    onRebalancing,
    onAssigned: assigned =>
      void assignments.push(assigned.map(({ partition }) => partition)),
    readBytes: () => 1_024,
    onRecords: () => {},
    onPositionLost: () => {},
  });

  /**
   * A connection that breaks between two answers: no network can be told to do
   * that. kafkajs takes the member for joined, and reads on.
   */
  function breakOnce(): jest.SpyInstance {
    return jest
      .spyOn(Broker.prototype, 'offsetFetch')
      .mockImplementationOnce(async () => {
        throw new Error('Closed connection');
      });
  }

  it('is told of what it holds after a rebalance, also if its connection broke right then', async () => {
    await new KafkaDriver(policy, log).admin.ensurePositions(access(), {
      ...{ groupId, topic, startFrom: 'latest' },
    });
    const assignments: number[][] = [];
    let reads: jest.SpyInstance | undefined;
    const consumer = new KafkaConsumer(
      createKafkaClient(access(), { policy, log, retry: { retries: 5 } }),
      access(),
      { groupId, topic },
      handler(assignments, async () => {
        reads ??= assignments.length > 0 ? breakOnce() : undefined;
      }),
      'cluster',
    );
    await consumer.open();
    expect(assignments).toEqual([[0, 1]]);

    // Of another library, so that it is the first one's connection that breaks.
    const others: number[][] = [];
    const { signal } = new AbortController();
    const other = await new PlatformaticDriver(policy, log).consume(
      access(),
      { groupId, topic },
      handler(others),
      { signal },
    );
    const held = () =>
      [...(assignments.at(-1) ?? []), ...(others.at(-1) ?? [])].sort();
    await waitUntil(
      () => assignments.length > 1 && held().join(' ') === '0 1',
      { timeoutMs: 20_000, what: 'both members to be told' },
    );
    const thrown = reads?.mock.results[0].value;
    await expect(thrown).rejects.toThrow('Closed connection');
    await Promise.all([consumer.close(5_000), other.close(5_000)]);
  });
});
