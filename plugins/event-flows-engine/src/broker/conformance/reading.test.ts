import { Kafka, logLevel } from 'kafkajs';
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
import type { TestMember } from './__testUtils__/TestMember';
import { trackMembers } from './__testUtils__/trackMembers';

jest.setTimeout(90_000);

describe.each(DRIVERS)('%s reads', (name, createDriver) => {
  let kafka: KafkaCluster;
  let topics = 0;
  const driver = createDriver('127.0.0.1:*');
  const { join: joinGroup, leave } = trackMembers();

  const plain = (): BrokerAccess => ({ id: 'p', brokers: kafka.plain.brokers });

  /** A topic of this test alone. */
  const createTopic = async (partitions = 1) => {
    topics += 1;
    const topic = `reading-${topics}`;
    await createTopics(kafka.plain.brokers, [{ topic, partitions }]);
    return topic;
  };

  const join = (topic: string, hooks?: Partial<TestMember>) =>
    joinGroup(driver, plain(), { groupId: `${topic}-${name}`, topic }, hooks);

  const numbered = (from: number, to: number, partition = 0) =>
    Array.from({ length: to - from }, (_, index) => ({
      value: String(from + index),
      partition,
    }));

  beforeAll(async () => {
    kafka = await startKafka({
      listeners: ['plain'],
      properties: {
        'transaction.state.log.replication.factor': '1',
        'transaction.state.log.min.isr': '1',
      },
    });
  });

  afterAll(() => kafka?.stop());

  it('from the oldest record where the group has no position', async () => {
    const topic = await createTopic(2);
    await produce(kafka.plain.brokers, topic, [
      ...numbered(0, 3),
      ...numbered(3, 5, 1),
    ]);
    const member = await join(topic);
    expect(member.assignments).toEqual([
      [
        { partition: 0, committed: undefined, metadata: '' },
        { partition: 1, committed: undefined, metadata: '' },
      ],
    ]);
    await member.waitForRecords(5);
    expect(member.values.sort()).toEqual(['0', '1', '2', '3', '4']);
    expect(member.batches.every(batch => batch.fetchedFrom === 0n)).toBe(true);
  });

  it('from the committed position on, and says what was stored beside it', async () => {
    const topic = await createTopic(2);
    await produce(kafka.plain.brokers, topic, numbered(0, 10));
    const first = await join(topic);
    await first.waitForRecords(10);
    const metadata = 'ünusual "text" '.repeat(200);
    await first.consumer.commit([{ partition: 0, offset: 7n, metadata }]);
    await leave(first);

    const second = await join(topic);
    expect(second.assignments[0]).toEqual([
      { partition: 0, committed: 7n, metadata },
      { partition: 1, committed: undefined, metadata: '' },
    ]);
    await second.waitForRecords(3);
    expect(second.values).toEqual(['7', '8', '9']);
    expect(second.batches[0]).toMatchObject({
      partition: 0,
      fetchedFrom: 7n,
      nextOffset: 10n,
      highWatermark: 10n,
    });
    await second.consumer.commit([{ partition: 0, offset: 10n, metadata: '' }]);
    await leave(second);

    const third = await join(topic);
    expect(third.assignments[0][0]).toEqual({
      partition: 0,
      committed: 10n,
      metadata: '',
    });
  });

  const transactions = async (topic: string, transactionalId = topic) => {
    const producer = new Kafka({
      brokers: kafka.plain.brokers,
      logLevel: logLevel.NOTHING,
    }).producer({
      transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const begin = async (
      ...messages: Array<{ key?: Buffer; value: string }>
    ) => {
      const transaction = await producer.transaction();
      for (const message of messages) {
        await transaction.send({
          topic,
          messages: [{ ...message, partition: 0 }],
        });
      }
      return transaction;
    };
    const end = async (how: 'commit' | 'abort', value: string) => {
      const transaction = await begin({ value });
      await transaction[how]();
    };
    return { producer, begin, end };
  };

  it('past transactions: those that were aborted are not shown', async () => {
    const topic = await createTopic();
    const { producer, end } = await transactions(topic);
    // One after the other by one producer: a read brings them all.
    await end('abort', 'aborted 1');
    await end('commit', 'committed 1');
    await end('abort', 'aborted 2');
    await end('abort', 'aborted 3');
    await end('commit', 'committed 2');
    await end('abort', 'aborted 4');
    await producer.disconnect();

    const member = await join(topic);
    await member.waitForRecords(2);
    // The next record shows that nothing else came before it.
    await produce(kafka.plain.brokers, topic, [{ value: 'the end' }]);
    await member.waitForRecords(3);
    expect(member.values).toEqual(['committed 1', 'committed 2', 'the end']);
    expect(member.records.map(({ offset }) => offset)).toEqual([2n, 8n, 12n]);
    expect(member.batches.at(-1)?.nextOffset).toBe(13n);
  });

  it('past transactions that were aborted in another order than they began', async () => {
    const topic = await createTopic();
    const one = await transactions(topic, `${topic}-1`);
    const other = await transactions(topic, `${topic}-2`);
    // Like the marker of an abort, and a number in other languages.
    const key = Buffer.alloc(4);
    const long = await one.begin({ value: 'aborted' });
    const short = await other.begin({ value: 'aborted', key });
    await short.send({ topic, messages: [{ value: 'aborted', partition: 0 }] });
    await short.abort();
    await long.send({ topic, messages: [{ value: 'aborted', partition: 0 }] });
    await long.abort();
    await one.end('commit', 'committed');
    await one.producer.disconnect();
    await other.producer.disconnect();

    const member = await join(topic);
    await member.waitForRecords(1);
    await produce(kafka.plain.brokers, topic, [{ value: 'the end' }]);
    await member.waitForRecords(2);
    expect(member.values).toEqual(['committed', 'the end']);
  });

  it('on behind an aborted transaction, and says so though there is nothing to show', async () => {
    const topic = await createTopic();
    const { producer, end } = await transactions(topic);
    await produce(kafka.plain.brokers, topic, numbered(0, 1));
    const member = await join(topic);
    await member.waitForRecords(1);
    await end('abort', 'aborted');
    await producer.disconnect();
    const last = await waitUntil(
      async () => member.batches.find(({ nextOffset }) => nextOffset === 3n),
      { timeoutMs: 20_000, what: 'the read of the transaction' },
    );
    expect(last).toMatchObject({ records: [], highWatermark: 3n });
  });

  it('on behind a position that nothing but an aborted transaction follows', async () => {
    const topic = await createTopic(2);
    const before = await join(topic);
    await before.consumer.commit([
      { partition: 0, offset: 0n, metadata: '' },
      { partition: 1, offset: 0n, metadata: '' },
    ]);
    await leave(before);
    const { producer, end } = await transactions(topic);
    await end('abort', 'aborted');
    await producer.disconnect();
    await produce(kafka.plain.brokers, topic, numbered(1, 2, 1));

    const member = await join(topic);
    // Both partitions have been read then: the transaction showed nothing.
    await member.waitForRecords(1);
    await produce(kafka.plain.brokers, topic, numbered(2, 3));
    await member.waitForRecords(2);
    expect(member.values).toEqual(['1', '2']);
  });

  it('a partition no more that is paused as its records come, before it is resumed', async () => {
    const topic = await createTopic();
    const member = await join(topic);
    member.takeOver = ({ partition }) => member.consumer.pause([partition]);
    await produce(kafka.plain.brokers, topic, numbered(0, 1));
    await member.waitForRecords(1);
    await produce(kafka.plain.brokers, topic, numbered(1, 3));
    const witness = await joinGroup(driver, plain(), {
      groupId: `${topic}-witness`,
      topic,
    });
    await witness.waitForRecords(3);
    expect(member.values).toEqual(['0']);
    member.consumer.resume([0]);
    await member.waitForRecords(3);
    expect(member.values).toEqual(['0', '1', '2']);
  });

  it('no more at once than it is asked for, but a batch whole', async () => {
    const topic = await createTopic();
    const large = (from: number) =>
      produce(
        kafka.plain.brokers,
        topic,
        numbered(from, from + 10).map(record => ({
          ...record,
          headers: { filling: 'x'.repeat(1_000) },
        })),
      );
    for (const from of [0, 10, 20, 30]) {
      await large(from);
    }
    const member = await join(topic, { readBytes: 100 });
    await member.waitForRecords(40);
    expect(member.batches.map(({ records }) => records.length)).toEqual([
      10, 10, 10, 10,
    ]);
    const other = await joinGroup(driver, plain(), {
      ...{ groupId: `${topic}-other`, topic },
    });
    await other.waitForRecords(40);
    expect(other.batches).toHaveLength(1);
  });

  it('of one partition after the other, also where batches are larger than it is asked for', async () => {
    const topic = await createTopic(3);
    for (let batch = 0; batch < 10; batch += 1) {
      for (const partition of [0, 1, 2]) {
        await produce(
          kafka.plain.brokers,
          topic,
          numbered(0, 10, partition).map(record => ({
            ...record,
            headers: { filling: 'x'.repeat(1_000) },
          })),
        );
      }
    }
    const member = await join(topic, { readBytes: 100 });
    await member.waitForRecords(300);
    // One partition has ten. kafkajs chooses by lot which comes first.
    const first = member.batches.slice(0, 10);
    expect(
      new Set(first.map(({ partition }) => partition)).size,
    ).toBeGreaterThan(1);
  });

  it('nothing of a paused partition, and all of it when it is resumed', async () => {
    const topic = await createTopic(2);
    const member = await join(topic);
    member.consumer.pause([0, 99]);
    await produce(kafka.plain.brokers, topic, numbered(0, 4));
    await produce(kafka.plain.brokers, topic, numbered(4, 6, 1));
    await member.waitForRecords(2);
    // What was asked for before the pause has been answered after this.
    await produce(kafka.plain.brokers, topic, numbered(6, 8, 1));
    await member.waitForRecords(4);
    expect(member.values).toEqual(['4', '5', '6', '7']);
    member.consumer.resume([0, 99]);
    await member.waitForRecords(8);
    expect(member.values.slice(4)).toEqual(['0', '1', '2', '3']);
  });

  it('nothing where the position is lost, and the other partitions as ever', async () => {
    const topic = await createTopic(2);
    await produce(kafka.plain.brokers, topic, numbered(0, 10));
    const first = await join(topic);
    await first.waitForRecords(10);
    await first.consumer.commit([{ partition: 0, offset: 5n, metadata: '' }]);
    await leave(first);
    await withAdmin(kafka.plain.brokers, async admin => {
      await admin.fetchTopicMetadata({ topics: [topic] });
      await admin.deleteTopicRecords({
        topic,
        partitions: [{ partition: 0, offset: '8' }],
      });
    });

    const second = await join(topic);
    await waitUntil(() => second.lost.length > 0, {
      timeoutMs: 10_000,
      what: 'the lost position to be told',
    });
    await produce(kafka.plain.brokers, topic, [
      ...numbered(10, 11),
      ...numbered(11, 12, 1),
    ]);
    await second.waitForRecords(1);
    expect(second.lost).toEqual([0]);
    expect(second.values).toEqual(['11']);
  });

  it('on where a batch begins before the position', async () => {
    const topic = await createTopic();
    // The testbed writes these in one batch.
    await produce(kafka.plain.brokers, topic, numbered(0, 100));
    const first = await join(topic);
    await first.waitForRecords(100);
    await first.consumer.commit([{ partition: 0, offset: 50n, metadata: '' }]);
    await leave(first);
    const second = await join(topic);
    await second.waitForRecords(50);
    expect(second.values[0]).toBe('50');
    expect(second.records).toHaveLength(50);
  });
});
