import Batch from 'kafkajs/src/consumer/batch';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';
import {
  createAssigner,
  extendKafkajs,
  isOfFormerAssignment,
  type MembershipHooks,
} from './kafkajsInternals';

/**
 * kafkajs' own joins, reads and commits are stood in for: when one of a real broker
 * fails or ends, and what it crosses, nobody can say.
 */
const join = jest.fn<Promise<void>, [ConsumerGroup]>();
const read = jest.fn<Promise<Batch[]>, [ConsumerGroup]>();
const commit = jest.fn<Promise<void>, [object]>();

beforeAll(() => {
  ConsumerGroup.prototype.joinAndSync = async function joinInstead() {
    await join(this);
  };
  ConsumerGroup.prototype.fetch = async function readInstead() {
    return read(this);
  };
  ConsumerGroup.prototype.commitOffsets = async offsets => commit(offsets);
  extendKafkajs();
});

function member() {
  const told: string[] = [];
  const hooks: MembershipHooks = {
    beforeJoin: async () => void told.push('joins'),
    afterJoin: () => void told.push('has joined'),
    beforeRead: async () => ({ maxWaitMs: 1, maxBytesPerPartition: 1 }),
    afterRead: () => void told.push('has read'),
    afterEmptyRead: () => {},
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

const aBatch = () =>
  new Batch('t', '0', { partition: 0, messages: [], highWatermark: '0' });

const rebalance = (group: ConsumerGroup) =>
  Object.assign(group, { offsetManager: {} });

describe('a read', () => {
  it('that a rebalance has crossed brings nothing: it comes again from the committed position', async () => {
    const { group, told } = member();
    read.mockImplementationOnce(async () => {
      rebalance(group);
      return [aBatch()];
    });
    expect(await group.fetch('1')).toEqual([]);
    expect(told).toEqual([]);
  });

  it('is known for one of a former assignment when it is taken over too late', async () => {
    const { group } = member();
    read.mockResolvedValueOnce([aBatch()]);
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

  it('lets each partition come first when it is its turn', async () => {
    const { group } = member();
    const asked: number[][] = [];
    Object.assign(group, {
      filterPartitionsByNode: () => [{ topic: 't', partitions: [0, 1, 2] }],
    });
    read.mockImplementation(async reader => {
      const [{ partitions }] = reader.filterPartitionsByNode('1', []);
      asked.push(partitions);
      return [];
    });
    await group.fetch('1');
    await group.fetch('1');
    expect(asked).toEqual([
      [0, 1, 2],
      [1, 2, 0],
    ]);
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

describe('a commit', () => {
  it('is not sent for an assignment that came after it', async () => {
    const { group } = member();
    await group.joinAndSync();
    const positions = {};
    commit.mockRejectedValueOnce(new Error('The coordinator is loading'));
    await expect(group.commitOffsets(positions)).rejects.toThrow('loading');
    // kafkajs tries it again by itself, and the member has joined anew since.
    rebalance(group);
    await group.joinAndSync();
    commit.mockClear();
    await expect(group.commitOffsets(positions)).rejects.toMatchObject({
      retriable: false,
      message: expect.stringContaining('joined anew'),
    });
    expect(commit).not.toHaveBeenCalled();
    await group.commitOffsets({});
    expect(commit).toHaveBeenCalledTimes(1);
  });

  it('is sent before the group is joined anew, and not before the member knows what it holds then', async () => {
    const { group } = member();
    await group.joinAndSync();
    commit.mockClear();
    join.mockImplementationOnce(async () => {
      await group.commitOffsets({});
      rebalance(group);
      await expectRefused(group);
    });
    await group.joinAndSync();
    await group.commitOffsets({});
    expect(commit).toHaveBeenCalledTimes(2);
  });
});

async function expectRefused(group: ConsumerGroup) {
  await group.commitOffsets({}).then(
    () => {
      throw new Error('It was sent');
    },
    () => {},
  );
}
