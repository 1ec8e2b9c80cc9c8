import { type EachBatchPayload, type Kafka, Kafka as RealKafka } from 'kafkajs';
import type { RecordBatch } from '../BrokerDriver';
import type { ClientSockets } from './kafkaClient';
import { KafkaConsumer } from './KafkaConsumer';
import type { MembershipHooks } from './kafkajsInternals';

let mockHooks: MembershipHooks | undefined;

jest.mock('./kafkajsInternals', () => ({
  ...jest.requireActual('./kafkajsInternals'),
  createAssigner: (hooks: MembershipHooks) => {
    mockHooks = hooks;
    return () => {};
  },
}));

type Run = (payload: EachBatchPayload) => Promise<void>;

/** A read of partition 0 that ends now, wherever it began. */
function batchOf(from: number, ...offsets: number[]) {
  const resolved: string[] = [];
  const payload = {
    batch: {
      ...{ topic: 'orders', partition: 0, highWatermark: '10' },
      fetchedOffset: String(from),
      messages: offsets.map(offset => ({
        ...{ offset: String(offset), timestamp: '0' },
        ...{ key: null, value: null },
      })),
      lastOffset: () => String(offsets.at(-1)),
    },
    isStale: () => false,
    resolveOffset: (offset: string) => resolved.push(offset),
  } as unknown as EachBatchPayload;
  return { payload, resolved };
}

/** When a read of a real broker ends, and which rebalance it crosses, nobody can say. */
describe('KafkaConsumer, with a read that began before a rebalance', () => {
  let eachBatch: Run;
  let consumer: KafkaConsumer;
  const received: RecordBatch[] = [];

  beforeEach(async () => {
    received.length = 0;
    const { events } = new RealKafka({ brokers: ['kafka:9092'] }).consumer({
      groupId: 'g',
    });
    consumer = new KafkaConsumer(
      {
        kafka: {
          consumer: () => ({
            events,
            ...{ on: () => {}, connect: async () => {} },
            ...{ subscribe: async () => {}, disconnect: async () => {} },
            run: async (options: { eachBatch: Run }) => {
              eachBatch = options.eachBatch;
            },
          }),
        } as unknown as Kafka,
        sockets: {
          ...{ forgetFailure: () => {}, destroy: () => {} },
        } as unknown as ClientSockets,
      },
      { id: 'c', brokers: ['kafka:9092'] },
      { groupId: 'g', topic: 'orders' },
      {
        onRebalancing: async () => {},
        onAssigned: () => {},
        onRecords: batch => received.push(batch),
        onPositionLost: () => {},
        readBytes: () => 1_024,
      },
      'cluster',
    );
    await consumer.open();
  });

  afterEach(() => consumer.close(100));

  const join = (offset: bigint) =>
    mockHooks?.afterJoin([{ partition: 0, offset, metadata: '' }]);

  it('drops it, and takes over the one that begins at the position', async () => {
    join(5n);
    await eachBatch(batchOf(5, 5, 6, 7).payload);
    expect(received).toMatchObject([{ fetchedFrom: 5n, nextOffset: 8n }]);

    // Others had the partition meanwhile, and left it at 6.
    join(6n);
    const stale = batchOf(8, 8, 9);
    await eachBatch(stale.payload);
    expect(received).toHaveLength(1);
    expect(stale.resolved).toEqual([]);

    const fresh = batchOf(6, 6, 7);
    await eachBatch(fresh.payload);
    await eachBatch(batchOf(8, 8, 9).payload);
    expect(received.slice(1)).toMatchObject([
      { fetchedFrom: 6n, nextOffset: 8n },
      { fetchedFrom: 8n, nextOffset: 10n },
    ]);
    expect(fresh.resolved).toEqual(['7']);
  });

  it('takes over whatever comes first where the group has no position', async () => {
    join(-1n);
    await eachBatch(batchOf(3, 3).payload);
    expect(received).toMatchObject([{ fetchedFrom: 3n, nextOffset: 4n }]);
  });
});
