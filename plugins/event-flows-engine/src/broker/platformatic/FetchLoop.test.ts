import type { ClusterMetadata, fetchV17 } from '@platformatic/kafka';
import { ConsumerStalledError } from '../ProgressWatch';
import { FetchLoop, type FetchRequest, type FetchSink } from './FetchLoop';

/**
 * A cluster that answers as it is told to: of a real one nobody can say which
 * partition has no leader, and for how long.
 */
class Cluster {
  readonly topic = 'orders';
  /** By partition; -1: none. */
  leaders: number[] = [1, 1];
  /** By partition: Kafka's number of an error. */
  readonly errors = new Map<number, number>();
  readonly reads = new Map<number, number>();
  isCut = false;
  isEmpty = true;

  async metadata() {
    const partitions = this.leaders.map(leader => ({ leader }));
    return {
      topics: new Map([[this.topic, { partitions }]]),
    } as unknown as ClusterMetadata;
  }

  forgetMetadata() {}

  async fetch(_node: number, { maxWaitMs, partitions }: FetchRequest) {
    await new Promise(resolve => setTimeout(resolve, maxWaitMs));
    if (this.isCut) {
      throw new Error('Closed connection');
    }
    return partitions.map(({ partition, fetchOffset }) => {
      this.reads.set(partition, this.readsOf(partition) + 1);
      const errorCode = this.errors.get(partition) ?? 0;
      const records = this.isEmpty
        ? []
        : [{ firstOffset: fetchOffset, lastOffsetDelta: 0, records: [] }];
      return { partitionIndex: partition, errorCode, records };
    }) as unknown as fetchV17.FetchResponsePartition[];
  }

  readsOf(partition: number) {
    return this.reads.get(partition) ?? 0;
  }
}

const NOT_LEADER = 6;
const UNKNOWN = -1;
const STALLED_AFTER_MS = 20_000;

describe('FetchLoop', () => {
  const failures: unknown[] = [];
  const lost: number[] = [];
  const paused = new Set<number>();
  const onRecords = jest.fn<void, Parameters<FetchSink['onRecords']>>();
  let cluster: Cluster;
  let loop: FetchLoop;

  beforeEach(() => {
    jest.useFakeTimers();
    failures.length = 0;
    lost.length = 0;
    paused.clear();
    onRecords.mockReset();
    cluster = new Cluster();
    const sink: FetchSink = {
      readBytes: () => 1_000,
      onRecords: batch => onRecords(batch),
      onPositionLost: partition => lost.push(partition),
      onFailure: error => failures.push(error),
    };
    const positions = new Map([0, 1].map(partition => [partition, 0n]));
    loop = new FetchLoop(cluster, sink, positions, paused, STALLED_AFTER_MS);
  });

  afterEach(() => {
    loop.stop();
    jest.useRealTimers();
  });

  it('reads the others at full pace while a partition has no leader, and says in the end that it was not read', async () => {
    cluster.leaders = [1, -1];
    loop.wake();
    await jest.advanceTimersByTimeAsync(STALLED_AFTER_MS - 1_000);
    expect(cluster.readsOf(0)).toBeGreaterThan(30);
    expect(failures).toEqual([]);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(failures).toEqual([expect.any(ConsumerStalledError)]);
    expect(String(failures[0])).toContain('Partition 1 was not read for 20 s');
  });

  it('reads a partition soon after it has a leader again', async () => {
    cluster.leaders = [1, -1];
    loop.wake();
    await jest.advanceTimersByTimeAsync(STALLED_AFTER_MS - 6_000);
    cluster.leaders = [1, 1];
    await jest.advanceTimersByTimeAsync(STALLED_AFTER_MS);
    expect(cluster.readsOf(1)).toBeGreaterThan(20);
    expect(failures).toEqual([]);
  });

  it('fails when a partition is refused again and again, though others are read', async () => {
    cluster.errors.set(1, NOT_LEADER);
    loop.wake();
    await jest.advanceTimersByTimeAsync(STALLED_AFTER_MS - 1_000);
    expect(cluster.readsOf(1)).toBe(6);
    expect(cluster.readsOf(0)).toBeGreaterThan(20);
    expect(failures).toMatchObject([{ errorCode: NOT_LEADER }]);
  });

  it('fails at once with an error that does not pass', async () => {
    cluster.errors.set(1, UNKNOWN);
    loop.wake();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(failures).toMatchObject([{ errorCode: UNKNOWN }]);
  });

  it('goes on when the link comes back in time, and fails when it does not', async () => {
    cluster.isCut = true;
    loop.wake();
    await jest.advanceTimersByTimeAsync(3_000);
    cluster.isCut = false;
    await jest.advanceTimersByTimeAsync(30_000);
    expect(cluster.readsOf(0)).toBeGreaterThan(20);
    expect(failures).toEqual([]);
    cluster.isCut = true;
    await jest.advanceTimersByTimeAsync(30_000);
    expect(failures).toEqual([new Error('Closed connection')]);
  });

  it('takes no partition for stalled that is paused', async () => {
    paused.add(1);
    loop.wake();
    await jest.advanceTimersByTimeAsync(3 * STALLED_AFTER_MS);
    expect(cluster.readsOf(1)).toBe(0);
    expect(failures).toEqual([]);
  });

  it('tells of a position that the topic does not have, and reads it no more', async () => {
    cluster.errors.set(1, 1);
    loop.wake();
    await jest.advanceTimersByTimeAsync(3 * STALLED_AFTER_MS);
    expect(lost).toEqual([1]);
    expect(cluster.readsOf(1)).toBe(1);
    expect(failures).toEqual([]);
  });

  it('fails at once, and reads nothing again, when the records cannot be taken over', async () => {
    const boom = new RangeError('boom');
    onRecords.mockImplementationOnce(() => {
      throw boom;
    });
    cluster.isEmpty = false;
    loop.wake();
    await jest.advanceTimersByTimeAsync(STALLED_AFTER_MS);
    expect(failures).toEqual([boom]);
    expect(onRecords).toHaveBeenCalledTimes(1);
    expect(cluster.readsOf(0)).toBe(1);
  });
});
