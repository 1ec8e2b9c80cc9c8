import type { Connection } from '@platformatic/kafka';
import { DecompressionLimitError } from '../DecompressionAllowance';
import type { BrokerConnections } from './BrokerConnections';
import type { GroupMembership } from './GroupMembership';
import type { Library } from './library';
import { TopicSource } from './TopicSource';

/** A broker that answers what the test says; of a real one nobody can say when a topic is another one. */
class Broker {
  topicId = 'first';
  /** An answer that is longer cannot be decoded. */
  maxBytes = Infinity;
  readonly asked: Array<[maxBytes: number, ...byPartition: number[]]> = [];

  open(): Promise<TopicSource> {
    const metadata = async () => ({
      brokers: new Map([[1, { host: 'broker', port: 9092 }]]),
      topics: new Map([['orders', { id: this.topicId }]]),
    });
    const api = { version: 17, async: this.#answer.bind(this) };
    return TopicSource.of(
      {
        FetchIsolationLevels: { READ_COMMITTED: 1 },
        ResponseError: class extends Error {},
      } as unknown as Library,
      { get: async () => ({}) } as unknown as BrokerConnections,
      {
        ...{ metadata, forgetMetadata: () => {} },
        coordinator: { getApi: async () => api },
      } as unknown as GroupMembership,
      'orders',
    );
  }

  async #answer(
    ...[, , , maxBytes, , , , topics]: [
      Connection,
      ...[maxWaitMs: number, minBytes: number, maxBytes: number],
      ...[isolation: number, sessionId: number, sessionEpoch: number],
      Array<{ partitions: Array<{ partitionMaxBytes: number }> }>,
    ]
  ) {
    const sizes = topics[0].partitions.map(
      ({ partitionMaxBytes }) => partitionMaxBytes,
    );
    this.asked.push([maxBytes, ...sizes]);
    if (maxBytes > this.maxBytes) {
      throw new Error('The answer could not be read', {
        cause: new DecompressionLimitError(1, 'as the test wants it'),
      });
    }
    const partitions = sizes.map((_, partitionIndex) => ({
      ...{ partitionIndex, errorCode: 0 },
    }));
    return { errorCode: 0, responses: [{ partitions }] };
  }
}

const request = {
  maxWaitMs: 1,
  partitions: [0, 1].map(partition => ({
    ...{ partition, fetchOffset: 5n, partitionMaxBytes: 1024 * 1024 },
    ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
  })),
};

describe('TopicSource', () => {
  let broker: Broker;

  beforeEach(() => {
    broker = new Broker();
  });

  it('reads no topic that was created anew at the positions of the former one', async () => {
    const source = await broker.open();
    const codes = async () =>
      (await source.fetch(1, request)).map(({ errorCode }) => errorCode);
    expect(await codes()).toEqual([0, 0]);
    expect(await source.wasReplaced()).toBe(false);
    broker.topicId = 'second';
    expect(await source.wasReplaced()).toBe(true);
    // As if it did not have the position.
    expect(await codes()).toEqual([1, 1]);
    expect(broker.asked).toHaveLength(1);
    // What is assigned anew has positions of the topic that there is now.
    const next = await broker.open();
    expect(await next.fetch(1, request)).toMatchObject([
      { errorCode: 0 },
      { errorCode: 0 },
    ]);
  });

  it('asks for less and less until what comes can be decoded, and for more again later', async () => {
    const source = await broker.open();
    broker.maxBytes = 2 * 1024 * 1024;
    await source.fetch(1, request);
    expect(broker.asked).toEqual([
      [32 * 1024 * 1024, 1024 * 1024, 1024 * 1024],
      [2 * 1024 * 1024, 64 * 1024, 64 * 1024],
    ]);
    broker.maxBytes = Infinity;
    for (let reads = 0; reads < 5; reads += 1) {
      await source.fetch(1, request);
    }
    expect(broker.asked.at(-1)).toEqual(broker.asked[0]);
  });

  it('fails where a single batch cannot be decoded', async () => {
    const source = await broker.open();
    broker.maxBytes = 0;
    await expect(source.fetch(1, request)).rejects.toThrow('could not be read');
    expect(broker.asked.at(-1)).toEqual([1, 1, 1]);
  });
});
