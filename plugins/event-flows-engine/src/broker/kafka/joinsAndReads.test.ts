import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';
import {
  createAssigner,
  extendKafkajs,
  isOfFormerAssignment,
  type MembershipHooks,
} from './kafkajsInternals';

/**
 * kafkajs' own joins and reads are stood in for: when one of a real broker
 * fails or ends, and what it crosses, nobody can say.
 */
const join = jest.fn<Promise<void>, [ConsumerGroup]>();
const read = jest.fn<Promise<object[]>, [ConsumerGroup]>();

beforeAll(() => {
  ConsumerGroup.prototype.joinAndSync = async function joinInstead() {
    await join(this);
  };
  ConsumerGroup.prototype.fetch = async function readInstead() {
    return read(this);
  };
  extendKafkajs();
});

function member() {
  const told: string[] = [];
  const hooks: MembershipHooks = {
    beforeJoin: async () => void told.push('joins'),
    afterJoin: () => void told.push('has joined'),
    beforeRead: async () => ({ maxWaitMs: 1, maxBytesPerPartition: 1 }),
    afterRead: () => void told.push('has read'),
    onOffsetOutOfRange: () => {},
  };
  const cluster = { removeBroker: () => {} } as never;
  const config = { cluster, groupId: 'g', logger: {} as never };
  const group: ConsumerGroup = Object.assign(
    Object.create(ConsumerGroup.prototype),
    {
      assigners: [createAssigner(hooks)(config)],
      ...{ cluster, offsetManager: {} },
      coordinator: null,
      ...{ assigned: () => [], filterPartitionsByNode: () => [] },
    },
  );
  return { group, told };
}

const rebalance = (group: ConsumerGroup) =>
  Object.assign(group, { offsetManager: {} });

describe('a read', () => {
  it('that a rebalance has crossed brings nothing: it comes again from the committed position', async () => {
    const { group, told } = member();
    read.mockImplementationOnce(async () => {
      rebalance(group);
      return [{}];
    });
    expect(await group.fetch('1')).toEqual([]);
    expect(told).toEqual([]);
  });

  it('is known for one of a former assignment when it is taken over too late', async () => {
    const { group } = member();
    read.mockResolvedValueOnce([{}]);
    const [batch] = await group.fetch('1');
    expect(isOfFormerAssignment(batch)).toBe(false);
    rebalance(group);
    expect(isOfFormerAssignment(batch)).toBe(true);
  });

  it('that failed and was mended is not told as one that brought nothing', async () => {
    const { group, told } = member();
    read.mockImplementationOnce(async reader => {
      await reader.recoverFromFetch(
        Object.assign(new Error('Closed connection'), {
          name: 'KafkaJSConnectionClosedError',
          ...{ host: '127.0.0.1', port: 9092 },
        }),
      );
      return [];
    });
    expect(await group.fetch('1')).toEqual([]);
    expect(told).toEqual([]);
  });

  it('first makes up for a join that was left off', async () => {
    const { group, told } = member();
    join.mockRejectedValueOnce(new Error('Closed connection'));
    await expect(group.joinAndSync()).rejects.toThrow('Closed connection');
    expect(told).toEqual(['joins']);
    join.mockResolvedValueOnce();
    read.mockResolvedValue([]);
    await group.fetch('1');
    await group.fetch('1');
    expect(told.slice(1)).toEqual([
      'joins',
      'has joined',
      'has read',
      'has read',
    ]);
  });
});

describe('joins', () => {
  it('of several reads at once are one', async () => {
    const { group, told } = member();
    join.mockClear();
    await Promise.all([group.joinAndSync(), group.joinAndSync()]);
    await group.joinAndSync();
    expect(join).toHaveBeenCalledTimes(2);
    expect(told).toEqual(['joins', 'has joined', 'joins', 'has joined']);
  });
});
