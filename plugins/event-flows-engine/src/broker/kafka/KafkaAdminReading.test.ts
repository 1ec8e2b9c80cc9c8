import { NothingReadError, readsOf } from './KafkaAdminReading';
import type { FetchedPartition, KafkajsCluster } from './kafkajsCluster';

/** One answer to a read: the offsets that come, or what goes wrong. */
type Answer = number[] | 'nothing of it' | 'out of range';

/**
 * A cluster that brings what a test says, when it says so: a real broker
 * hesitates only where old records lie in a remote store, or quotas are set.
 */
class HesitantCluster {
  readonly waits: number[] = [];
  readonly asked: string[] = [];
  first = 0;

  constructor(private readonly answers: Answer[]) {}

  get cluster(): KafkajsCluster {
    return {
      connect: async () => {},
      disconnect: async () => {},
      addMultipleTargetTopics: async () => {},
      findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }],
      fetchTopicsOffset: async ([{ topic }]) => [
        { topic, partitions: [{ partition: 0, offset: `${this.first}` }] },
      ],
      findBroker: async () => ({
        fetch: async ({ maxWaitTime, topics: [{ partitions }] }) => {
          this.waits.push(maxWaitTime);
          this.asked.push(partitions[0].fetchOffset);
          return this.#answer(this.answers.shift() ?? []);
        },
      }),
    };
  }

  #answer(answer: Answer): { responses: [{ partitions: FetchedPartition[] }] } {
    if (answer === 'out of range') {
      throw Object.assign(new Error('gone'), { type: 'OFFSET_OUT_OF_RANGE' });
    }
    if (answer === 'nothing of it') {
      return { responses: [{ partitions: [] }] };
    }
    const messages = answer.map(offset => ({
      ...{ offset: `${offset}`, timestamp: '0', key: null },
      ...{ value: Buffer.from(`${offset}`), headers: [] },
    }));
    const partition = { partition: 0, highWatermark: '10', messages };
    return { responses: [{ partitions: [partition] }] };
  }
}

async function read(hesitant: HesitantCluster, high = 4n): Promise<number[]> {
  const part = { partition: 0, low: 0n, start: 0n, high };
  const offsets: number[] = [];
  for await (const records of readsOf(hesitant.cluster, 't', part)) {
    offsets.push(...records.map(({ offset }) => Number(offset)));
  }
  return offsets;
}

describe('reading a part of a partition', () => {
  it('asks again, and more patiently, for what the broker has and does not bring at first', async () => {
    const hesitant = new HesitantCluster([[0, 1], [], [], [2, 3]]);
    expect(await read(hesitant)).toEqual([0, 1, 2, 3]);
    expect(hesitant.waits).toEqual([100, 100, 300, 1_000]);
  });

  it('takes nothing for read that the broker never brings', async () => {
    const hesitant = new HesitantCluster([[0, 1]]);
    await expect(read(hesitant)).rejects.toThrow(NothingReadError);
    expect(hesitant.asked).toHaveLength(5);
  });

  it('asks again where the broker answers nothing of the partition', async () => {
    const hesitant = new HesitantCluster(['nothing of it', [0, 1, 2, 3]]);
    expect(await read(hesitant)).toEqual([0, 1, 2, 3]);
  });

  it('goes on with what is left where retention has moved on', async () => {
    const hesitant = new HesitantCluster(['out of range', [2, 3]]);
    hesitant.first = 2;
    expect(await read(hesitant)).toEqual([2, 3]);
    expect(hesitant.asked).toEqual(['0', '2']);
  });

  it('goes beyond what was compacted away at its end', async () => {
    expect(await read(new HesitantCluster([[0], [9]]))).toEqual([0]);
  });
});
