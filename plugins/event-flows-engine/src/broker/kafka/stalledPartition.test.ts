import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  coordinatorOf,
  startKafkaNodes,
  waitUntil,
  withAdmin,
  type KafkaNodes,
} from '@event-flows/testbed';
import { AddressPolicy } from '../../address/AddressPolicy';
import { ConsumerStalledError } from '../ProgressWatch';
import { KafkaConsumer } from './KafkaConsumer';
import { createKafkaClient } from './kafkaClient';
import { KafkaDriver } from './KafkaDriver';

jest.setTimeout(120_000);

const STALLED_AFTER_MS = 5_000;
const topic = 'orders';
const groupId = 'shop';

/** Two brokers lead a partition each; one of them falls silent. */
describe('KafkaConsumer with several brokers', () => {
  let kafka: KafkaNodes;
  let logFolder: string;

  beforeAll(async () => {
    logFolder = await mkdtemp(join(tmpdir(), 'event-flows-stalled-'));
    kafka = await startKafkaNodes({ count: 2, logFolder });
  });

  afterAll(async () => {
    await kafka?.stop();
    await rm(logFolder, { recursive: true, force: true });
  });

  it('fails when one of its partitions is not read, though the others are', async () => {
    const brokers = kafka.linked;
    const access = { id: 'cluster', brokers };
    const { brokers: policy } = new AddressPolicy({
      brokers: { allow: ['127.0.0.1:*'] },
      endpoints: { allow: [] },
    });
    const log = () => {};
    await withAdmin(brokers, admin =>
      admin.createTopics({
        waitForLeaders: false,
        topics: [
          {
            topic,
            replicaAssignment: kafka.nodes.map(({ id }, partition) => ({
              partition,
              replicas: [id],
            })),
          },
        ],
      }),
    );
    const { admin } = new KafkaDriver(policy, log);
    const wanted = { groupId, topic, startFrom: 'latest' as const };
    await waitUntil(
      () =>
        admin.ensurePositions(access, wanted).then(
          () => true,
          () => false,
        ),
      { timeoutMs: 30_000, what: 'the topic to have leaders' },
    );
    let reads = 0;
    const consumer = new KafkaConsumer(
      createKafkaClient(access, { policy, log, retry: { retries: 5 } }),
      access,
      { groupId, topic },
      {
        onRebalancing: async () => {},
        onAssigned: () => {},
        onPositionLost: () => {},
        onRecords: () => {},
        readBytes: () => {
          reads += 1;
          return 1_024;
        },
      },
      'cluster',
      STALLED_AFTER_MS,
    );
    await consumer.open();
    await waitUntil(() => reads > 4, {
      timeoutMs: 10_000,
      what: 'reads of both brokers',
    });

    // Its heartbeats go on: the group has no reason to give the partition away.
    const coordinator = await coordinatorOf(kafka.direct, groupId);
    const silent = kafka.nodes.findIndex(({ id }) => id !== coordinator);
    kafka.nodes[silent].link.blackHole();
    const before = reads;
    const failure = await consumer.failed;
    expect(failure).toBeInstanceOf(ConsumerStalledError);
    expect(failure.message).toBe(
      `Partition ${silent} was not read for 5 s, not even in vain; the group is joined anew`,
    );
    expect(reads - before).toBeGreaterThan(4);
    await consumer.close(5_000);
  });
});
