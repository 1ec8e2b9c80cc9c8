import {
  createTopics,
  produce,
  startKafka,
  withAdmin,
  type KafkaCluster,
} from '@event-flows/testbed';
import { AddressPolicy } from '../../address/AddressPolicy';
import type { BrokerAccess } from '../../types';
import { TestMember } from '../conformance/__testUtils__/TestMember';
import { KafkaAdmin } from './KafkaAdmin';
import { KafkaDriver } from './KafkaDriver';

jest.setTimeout(90_000);

describe('moving the positions of a group', () => {
  const topic = 'moves';
  let kafka: KafkaCluster;
  let access: BrokerAccess;
  let groups = 0;
  const policy = new AddressPolicy({
    brokers: { allow: ['127.0.0.1:*'] },
    endpoints: { allow: [] },
  });
  const admin = new KafkaAdmin(policy.brokers, () => {});
  const driver = new KafkaDriver(policy.brokers, () => {});

  beforeAll(async () => {
    kafka = await startKafka();
    access = { id: 'c', brokers: kafka.plain.brokers };
    await createTopics(kafka.plain.brokers, [{ topic, partitions: 2 }]);
    await produce(
      kafka.plain.brokers,
      topic,
      [1_000, 2_000, 3_000, 4_000].map(timestamp => ({
        ...{ partition: 0, timestamp, value: 'x' },
      })),
    );
    await withAdmin(kafka.plain.brokers, async client => {
      // kafkajs has to know the topic first.
      await client.fetchTopicOffsets(topic);
      await client.deleteTopicRecords({
        topic,
        partitions: [{ partition: 0, offset: '1' }],
      });
    });
  });

  afterAll(() => kafka?.stop());

  /** A group that has done the second record of the first partition, and nothing else. */
  async function aGroup() {
    groups += 1;
    const groupId = `moves-${groups}`;
    await admin.movePositions(access, {
      ...{ groupId, topic },
      positions: [{ partition: 0, offset: '2' }],
    });
    return groupId;
  }

  it.each([
    ['the beginning', { kind: 'earliest' }, ['1', '0']],
    ['the end', { kind: 'latest' }, ['4', '0']],
    ['a time', { kind: 'timestamp', timestamp: time(3_000) }, ['2', '0']],
    [
      'a time to come',
      { kind: 'timestamp', timestamp: time(9_000) },
      ['4', '0'],
    ],
    ['an offset', { kind: 'offset', partition: 0, offset: '3' }, ['3', '0']],
    [
      'an offset that is deleted',
      { kind: 'offset', partition: 0, offset: '0' },
      ['1', '0'],
    ],
    [
      'an offset that is not there yet',
      { kind: 'offset', partition: 0, offset: '9223372036854775807' },
      ['4', '0'],
    ],
    [
      'an offset of another partition',
      { kind: 'offset', partition: 1, offset: '0' },
      ['2', '0'],
    ],
  ] as const)(
    'to %s is planned without moving anything',
    async (_, to, targets) => {
      const groupId = await aGroup();
      const plan = await admin.planMove(access, { groupId, topic, to });
      expect(plan).toEqual([
        {
          partition: 0,
          low: '1',
          high: '4',
          position: '2',
          target: targets[0],
        },
        { partition: 1, low: '0', high: '0', target: targets[1] },
      ]);
      const again = await admin.planMove(access, { groupId, topic, to });
      expect(again).toEqual(plan);
    },
  );

  it('makes the group go on there, and forgets what was kept beside the position', async () => {
    const groupId = await aGroup();
    const member = await TestMember.join(driver, access, { groupId, topic });
    await member.consumer.commit([
      { partition: 0, offset: 4n, metadata: 'attempts' },
    ]);
    await member.consumer.close(5_000);
    const positions = [
      { partition: 0, offset: '1' },
      { partition: 1, offset: '0' },
    ];
    expect(
      await admin.movePositions(access, { groupId, topic, positions }),
    ).toBe(true);
    const [{ partitions }] = await withAdmin(kafka.plain.brokers, client =>
      client.fetchOffsets({ groupId, topics: [topic] }),
    );
    expect(partitions).toMatchObject([
      { partition: 0, offset: '1', metadata: null },
      { partition: 1, offset: '0', metadata: null },
    ]);
  });

  it('moves nothing while the group has members', async () => {
    const groupId = await aGroup();
    const member = await TestMember.join(driver, access, { groupId, topic });
    const positions = [{ partition: 0, offset: '1' }];
    expect(
      await admin.movePositions(access, { groupId, topic, positions }),
    ).toBe(false);
    expect(member.held).toEqual([0, 1]);
    await member.consumer.close(5_000);
    const [first] = await admin.planMove(access, {
      ...{ groupId, topic, to: { kind: 'latest' } },
    });
    expect(first.position).toBe('2');
  });

  it('says so where the topic is gone', async () => {
    await expect(
      admin.planMove(access, {
        ...{ groupId: 'moves', topic: 'none', to: { kind: 'earliest' } },
      }),
    ).rejects.toMatchObject({ name: 'BrokerConnectionError' });
  });
});

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
