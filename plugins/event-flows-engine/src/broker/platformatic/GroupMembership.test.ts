import { EventEmitter } from 'node:events';
import type { ClusterMetadata } from '@platformatic/kafka';
import type { BrokerConnections } from './BrokerConnections';
import { GroupMembership } from './GroupMembership';
import type { Library } from './library';

const LOOKS_EVERY_MS = 30_000;

/** A consumer that is told what it finds: a real cluster fails at no given moment. */
class FakeConsumer extends EventEmitter {
  readonly topics = { track: () => {} };
  readonly memberId = null;
  partitions = 1;
  joins = 0;
  failure: unknown;

  get currentMetadata(): ClusterMetadata {
    const topics = new Map([['orders', { partitionsCount: this.partitions }]]);
    return { topics } as unknown as ClusterMetadata;
  }

  async metadata(): Promise<ClusterMetadata> {
    if (this.failure !== undefined) {
      throw this.failure;
    }
    return this.currentMetadata;
  }

  async joinGroup() {
    this.joins += 1;
    this.emit('consumer:group:join', { isLeader: true, assignments: [] });
  }

  async close() {}
}

const failure = (message: string, more: object) =>
  Object.assign(new Error(message), more);

describe('GroupMembership', () => {
  const onFailure = jest.fn();
  let consumer: FakeConsumer;
  let membership: GroupMembership;

  beforeEach(async () => {
    jest.useFakeTimers();
    onFailure.mockReset();
    consumer = new FakeConsumer();
    membership = new GroupMembership(
      {
        Consumer: function Consumer() {
          return consumer;
        },
        kGetConnection: Symbol('connection'),
        kGetBootstrapConnection: Symbol('bootstrap'),
      } as unknown as Library,
      {} as BrokerConnections,
      { groupId: 'g', topic: 'orders', seeds: [] },
      { beforeJoin: async () => {}, afterJoin: () => {}, onFailure },
    );
    await membership.join();
  });

  afterEach(async () => {
    await membership.close();
    jest.useRealTimers();
  });

  it.each([
    ['was cut', { code: 'PLT_KFK_NETWORK', canRetry: true }],
    ['was not answered in time', { code: 'PLT_KFK_NETWORK', canRetry: false }],
    ['failed with every broker', { code: 'PLT_KFK_MULTIPLE', errors: [] }],
    [
      'came to a broker that is about to lead',
      { code: 'PLT_KFK_PROTOCOL', canRetry: true },
    ],
  ])(
    'outlives a look for new partitions that %s, and notices them the next time',
    async (message, more) => {
      consumer.failure = failure(message, more);
      consumer.partitions = 2;
      await jest.advanceTimersByTimeAsync(LOOKS_EVERY_MS);
      expect(consumer.joins).toBe(1);
      consumer.failure = undefined;
      await jest.advanceTimersByTimeAsync(LOOKS_EVERY_MS);
      expect(consumer.joins).toBe(2);
      expect(onFailure).not.toHaveBeenCalled();
    },
  );

  it.each([
    ['the topic is gone', { code: 'PLT_KFK_USER', canRetry: false }],
    ['it is not let in', { code: 'PLT_KFK_AUTHENTICATION', canRetry: false }],
  ])('fails where waiting does not help: %s', async (message, more) => {
    consumer.failure = failure(message, more);
    await jest.advanceTimersByTimeAsync(LOOKS_EVERY_MS);
    expect(onFailure).toHaveBeenCalledWith(consumer.failure);
  });
});
