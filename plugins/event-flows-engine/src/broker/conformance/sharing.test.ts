import { setTimeout as delay } from 'node:timers/promises';
import {
  createTopics,
  produce,
  startKafka,
  waitUntil,
  withAdmin,
  type KafkaCluster,
} from '@event-flows/testbed';
import type { BrokerAccess } from '../../types';
import { DRIVERS } from './__testUtils__/drivers';
import { trackMembers } from './__testUtils__/trackMembers';

jest.setTimeout(120_000);

const PARTITIONS = 4;
/** Longer than a member lives without a heartbeat. */
const LONGER_THAN_A_SESSION_MS = 12_000;

describe('sharing a group', () => {
  let kafka: KafkaCluster;
  let topics = 0;
  const { join, leave } = trackMembers();

  const plain = (): BrokerAccess => ({ id: 'p', brokers: kafka.plain.brokers });

  /** A topic and a group of this test alone. */
  const createSubscription = async () => {
    topics += 1;
    const topic = `sharing-${topics}`;
    await createTopics(kafka.plain.brokers, [
      { topic, partitions: PARTITIONS },
    ]);
    return { topic, groupId: `${topic}-group` };
  };

  const produceEverywhere = (topic: string, value: string) =>
    produce(
      kafka.plain.brokers,
      topic,
      Array.from({ length: PARTITIONS }, (_, partition) => ({
        value: `${value} ${partition}`,
        partition,
      })),
    );

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain'] });
  });

  afterAll(() => kafka?.stop());

  describe.each(DRIVERS)('%s', (_name, createDriver) => {
    const driver = createDriver('127.0.0.1:*');

    it('gives each partition to one member, and back when it leaves', async () => {
      const subscription = await createSubscription();
      const first = await join(driver, plain(), subscription);
      expect(first.held).toEqual([0, 1, 2, 3]);
      const second = await join(driver, plain(), subscription);
      await first.waitForHeld(2);
      expect([...first.held, ...second.held].sort()).toEqual([0, 1, 2, 3]);

      await produceEverywhere(subscription.topic, 'shared');
      await Promise.all([first.waitForRecords(2), second.waitForRecords(2)]);
      for (const member of [first, second]) {
        const read = member.records.map(({ partition }) => partition);
        expect(read.sort()).toEqual(member.held);
      }

      await leave(second);
      await first.waitForHeld(PARTITIONS);
      await produceEverywhere(subscription.topic, 'alone');
      await waitUntil(
        () => first.values.filter(value => /alone/.test(value)).length === 4,
        { timeoutMs: 20_000, what: 'all partitions to be read' },
      );
    });

    it('asks before it joins anew, and keeps the member alive meanwhile', async () => {
      const subscription = await createSubscription();
      await produceEverywhere(subscription.topic, 'before');
      const first = await join(driver, plain(), subscription);
      await first.waitForRecords(PARTITIONS);
      expect(first.rebalances).toBe(1);

      const drained: string[] = [];
      first.drain = async () => {
        drained.push('begun');
        await delay(LONGER_THAN_A_SESSION_MS);
        // The old membership can commit until the new one has begun.
        await first.consumer.commit(
          first.held.map(partition => ({
            partition,
            offset: 1n,
            metadata: `done ${partition}`,
          })),
        );
        drained.push('committed');
      };
      const second = await join(driver, plain(), subscription);
      expect(drained).toEqual(['begun', 'committed']);
      expect(second.assignments[0]).toEqual(
        second.held.map(partition => ({
          partition,
          committed: 1n,
          metadata: `done ${partition}`,
        })),
      );
      await first.waitForHeld(2);
      await produceEverywhere(subscription.topic, 'after');
      await second.waitForRecords(2);
      expect(second.values.every(value => /after/.test(value))).toBe(true);
    });

    it('tells of no record between asking and the next assignment', async () => {
      const subscription = await createSubscription();
      const first = await join(driver, plain(), subscription);
      const draining = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      let readMeanwhile = 0;
      first.drain = async () => {
        draining.resolve();
        const before = first.records.length;
        await goOn.promise;
        readMeanwhile = first.records.length - before;
      };
      const joining = join(driver, plain(), subscription);
      await draining.promise;
      const witness = await join(driver, plain(), {
        ...subscription,
        groupId: `${subscription.groupId}-witness`,
      });
      await produceEverywhere(subscription.topic, 'meanwhile');
      await witness.waitForRecords(PARTITIONS);
      goOn.resolve();
      const second = await joining;
      await waitUntil(
        () => first.records.length + second.records.length === PARTITIONS,
        { timeoutMs: 20_000, what: 'all records to be read by either' },
      );
      expect(readMeanwhile).toBe(0);
    });

    it('refuses a commit of a member that was replaced', async () => {
      const subscription = await createSubscription();
      const member = await join(driver, plain(), subscription);
      const { consumer } = member;
      await leave(member);
      await expect(
        consumer.commit([{ partition: 0, offset: 1n, metadata: '' }]),
      ).rejects.toThrow();
    });

    it('notices partitions that are added', async () => {
      const subscription = await createSubscription();
      const member = await join(driver, plain(), subscription);
      await withAdmin(kafka.plain.brokers, admin =>
        admin.createPartitions({
          topicPartitions: [{ topic: subscription.topic, count: 6 }],
        }),
      );
      await member.waitForHeld(6);
      expect(member.held).toEqual([0, 1, 2, 3, 4, 5]);
    });
  });

  it('works between drivers, whoever leads the group', async () => {
    const [kafkajs, platformatic] = DRIVERS.map(([, createDriver]) =>
      createDriver('127.0.0.1:*'),
    );
    for (const [leader, follower] of [
      [kafkajs, platformatic],
      [platformatic, kafkajs],
    ]) {
      const subscription = await createSubscription();
      const first = await join(leader, plain(), subscription);
      const second = await join(follower, plain(), subscription);
      await first.waitForHeld(2);
      expect([...first.held, ...second.held].sort()).toEqual([0, 1, 2, 3]);
      await produceEverywhere(subscription.topic, 'mixed');
      await Promise.all([first.waitForRecords(2), second.waitForRecords(2)]);
    }
  });
});
