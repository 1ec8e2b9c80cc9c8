import {
  createTopics,
  produce,
  startKafka,
  waitUntil,
  withAdmin,
  type KafkaCluster,
} from '@event-flows/testbed';
import { AddressPolicy } from '../../address/AddressPolicy';
import type { BrokerAccess } from '../../types';
import { KafkaAdmin } from './KafkaAdmin';

jest.setTimeout(90_000);

const HOUR = 60 * 60_000;

describe('what a topic keeps of records that a group has not read', () => {
  let kafka: KafkaCluster;
  let access: BrokerAccess;
  let topics = 0;
  const policy = new AddressPolicy({
    brokers: { allow: ['127.0.0.1:*'] },
    endpoints: { allow: [] },
  });
  const admin = new KafkaAdmin(policy.brokers, () => {});

  beforeAll(async () => {
    kafka = await startKafka({
      properties: { 'log.retention.check.interval.ms': '500' },
    });
    access = { id: 'c', brokers: kafka.plain.brokers };
  });

  afterAll(() => kafka?.stop());

  /** A topic with records of these times in its first partition, and a group at an offset. */
  async function aTopic(options: {
    config?: Record<string, string>;
    times: number[];
    position?: string;
  }) {
    topics += 1;
    const asked = { topic: `unread-${topics}`, groupId: `group-${topics}` };
    const { config = { 'retention.ms': '-1' }, times, position } = options;
    const { brokers } = kafka.plain;
    await createTopics(brokers, [
      { topic: asked.topic, partitions: 2, config },
    ]);
    await produce(
      brokers,
      asked.topic,
      times.map(timestamp => ({ partition: 0, timestamp, value: 'x' })),
    );
    if (position !== undefined) {
      await admin.movePositions(access, {
        ...asked,
        positions: [
          { partition: 0, offset: position },
          { partition: 1, offset: '0' },
        ],
      });
    }
    return asked;
  }

  const nothing = { partition: 1, records: 0, deleted: 0 };

  it('begins with the first unread record, in the middle of a batch too', async () => {
    const config = {
      ...{ 'retention.ms': '604800000', 'retention.bytes': '1000000' },
    };
    const now = Date.now();
    const times = [now - 3 * HOUR, now - 2 * HOUR, now - HOUR];
    const asked = await aTopic({ config, times, position: '1' });
    expect(await admin.unread(access, asked)).toEqual({
      ...{ retentionMs: 604_800_000, retentionBytes: 1_000_000 },
      partitions: [
        { partition: 0, records: 2, deleted: 0, firstAt: iso(times[1]) },
        nothing,
      ],
    });
  });

  it('is nothing where everything is read', async () => {
    const asked = await aTopic({ times: [1_000], position: '1' });
    const unread = await admin.unread(access, asked);
    expect(unread?.partitions).toEqual([{ ...nothing, partition: 0 }, nothing]);
  });

  it('goes by what is kept elsewhere where Kafka has no position', async () => {
    const asked = await aTopic({ times: [1_000, 2_000] });
    const at = iso(0);
    const known = [{ partition: 0, position: '1', at }];
    expect(await firstOf({ ...asked, known })).toMatchObject({
      ...{ records: 1, firstAt: iso(2_000) },
    });
    expect(await firstOf(asked)).toMatchObject({
      ...{ records: 2, firstAt: iso(1_000) },
    });
    const another = [{ partition: 0, position: '7', at }];
    expect(await firstOf({ ...asked, known: another })).toMatchObject({
      ...{ records: 2, deleted: 0 },
    });
  });

  it('leaves out times that are none', async () => {
    const config = {
      ...{ 'retention.ms': '-1' },
      'message.timestamp.after.max.ms': '9223372036854775807',
    };
    const times = [9e15];
    const asked = await aTopic({ config, times, position: '0' });
    expect(await firstOf(asked)).toEqual({
      ...{ partition: 0, records: 1, deleted: 0 },
    });
  });

  it('takes no notice of the limits of a topic that is only compacted', async () => {
    const config = { 'cleanup.policy': 'compact', 'retention.ms': '1000' };
    const asked = await aTopic({ config, times: [], position: '0' });
    expect(await admin.unread(access, asked)).toEqual({
      partitions: [{ ...nothing, partition: 0 }, nothing],
    });
    expect(await admin.topic(access, asked.topic)).not.toHaveProperty(
      'retentionMs',
    );
  });

  it('counts what the topic has deleted before it was read', async () => {
    const config = { 'retention.ms': '1000', 'segment.ms': '500' };
    const asked = await aTopic({
      ...{ config, times: [], position: '0' },
    });
    const old = Date.now() - HOUR;
    await produce(kafka.plain.brokers, asked.topic, [
      { partition: 0, timestamp: old, value: 'x' },
      { partition: 0, timestamp: old, value: 'x' },
    ]);
    await waitUntil(async () => (await firstOf(asked))?.deleted === 2, {
      timeoutMs: 60_000,
      what: 'old records to be deleted',
    });
    expect(await firstOf(asked)).toEqual({
      ...{ partition: 0, records: 0, deleted: 2 },
    });
  });

  it('is not known of a topic that does not exist', async () => {
    const asked = { groupId: 'group', topic: 'none' };
    expect(await admin.unread(access, asked)).toBe(undefined);
  });

  it('moves nothing, and leaves no group behind', async () => {
    const asked = await aTopic({ times: [1_000] });
    await admin.unread(access, asked);
    const { groups } = await withAdmin(kafka.plain.brokers, client =>
      client.listGroups(),
    );
    expect(groups.map(({ groupId }) => groupId)).not.toContain(asked.groupId);
  });

  async function firstOf(asked: Parameters<KafkaAdmin['unread']>[1]) {
    return (await admin.unread(access, asked))?.partitions[0];
  }
});

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
