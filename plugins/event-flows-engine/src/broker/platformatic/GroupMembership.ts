import type {
  Broker,
  ClusterMetadata,
  Connection,
  Consumer,
  heartbeatV4,
  leaveGroupV5,
  offsetCommitV9,
  offsetFetchV9,
} from '@platformatic/kafka';
import type { AssignedPartition, Position } from '../BrokerDriver';
import { CLIENT_ID, type BrokerConnections } from './BrokerConnections';
import { apiOf } from './apiOf';
import type { Library } from './library';
import { routeConnections } from './routeConnections';

/** After this time without a heartbeat the group gives the partitions to others. */
const SESSION_TIMEOUT_MS = 10_000;
/** How long the group waits for members that have to join anew. */
const REBALANCE_TIMEOUT_MS = 30_000;
const HEARTBEAT_EVERY_MS = 3_000;
/** Several times within a session, so that the coordinator does not give the member up. */
const KEEP_ALIVE_MS = 2_000;
/** A partition added later is noticed within this time. */
const METADATA_MAX_AGE_MS = 30_000;
/**
 * kafkajs' name of the same assignment, so that members of both drivers can
 * share a group while replicas change over.
 */
const PROTOCOL = { name: 'RoundRobinAssigner', version: 0 };
const RETRIES = 2;

/** Before version 8 a request was for one group, and `groups` is empty. */
type OffsetFetchResponse = offsetFetchV9.OffsetFetchResponse & {
  topics?: offsetFetchV9.OffsetFetchResponseTopic[];
};

/** What happens to a member. */
export interface MembershipEvents {
  /** The member is about to join anew and is kept alive until this settles. */
  beforeJoin(): Promise<void>;
  /** The member has joined and holds these partitions. */
  afterJoin(partitions: number[]): void;
  /** The member does not try any more. */
  onFailure(error: unknown): void;
}

/**
 * Membership in a consumer group by the library's consumer, of which nothing
 * else is used: it joins and sends heartbeats; positions are asked for and
 * committed here, since it has no place for their metadata.
 */
export class GroupMembership {
  readonly #consumer: Consumer;
  /** Requests of the protocol that the library has no call for. */
  readonly getApi: ReturnType<typeof apiOf>;
  /** Between two memberships `beforeJoin` is called once, however many tries it takes. */
  #isPrepared = false;
  #isJoining = false;
  #isLeader = false;
  #partitionCount = 0;
  #watch: NodeJS.Timeout | undefined;

  constructor(
    private readonly library: Library,
    private readonly connections: BrokerConnections,
    private readonly subscription: {
      groupId: string;
      topic: string;
      seeds: readonly Broker[];
    },
    private readonly events: MembershipEvents,
  ) {
    const { groupId, seeds } = subscription;
    const consumer = new library.Consumer({
      clientId: CLIENT_ID,
      groupId,
      bootstrapBrokers: [...seeds],
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_EVERY_MS,
      heartbeatStallTimeout: SESSION_TIMEOUT_MS,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      protocols: [PROTOCOL],
      // The one thing that the library waits for before it joins anew.
      protocolsMetadata: () => this.#prepare(),
      retries: RETRIES,
      retryDelay: (_client, _operation, attempt) => 300 * 2 ** (attempt - 1),
    });
    this.#consumer = consumer;
    this.getApi = apiOf(consumer, library);
    routeConnections(consumer, { library, connections, seeds, lane: 'group' });
    consumer.on('error', (error: Error) => events.onFailure(error));
    consumer.on('consumer:heartbeat:stalled', ({ lastError }) =>
      events.onFailure(
        lastError ?? new Error('The coordinator does not answer: timed out'),
      ),
    );
    consumer.on('consumer:group:join', ({ isLeader, assignments }) => {
      this.#isPrepared = false;
      this.#isJoining = false;
      this.#isLeader = isLeader ?? false;
      this.#partitionCount = this.#countPartitions(consumer.currentMetadata);
      events.afterJoin(
        (assignments ?? [])
          .filter(({ topic }) => topic === subscription.topic)
          .flatMap(({ partitions }) => partitions),
      );
    });
  }

  /** What is known of the cluster and the topic; half a minute old at most. */
  metadata(): Promise<ClusterMetadata> {
    return this.#consumer.metadata({ topics: [this.subscription.topic] });
  }

  forgetMetadata(): void {
    this.#consumer.clearMetadata();
  }

  /** Resolves when the member has joined for the first time. */
  async join(): Promise<void> {
    this.#consumer.topics.track(this.subscription.topic);
    await this.#consumer.joinGroup({});
    this.#watch = setInterval(
      () => void this.#noticeNewPartitions(),
      METADATA_MAX_AGE_MS,
    );
  }

  /** The group's positions; without one, reading begins with the oldest record. */
  async positions(
    partitions: number[],
  ): Promise<Array<AssignedPartition & { start: bigint }>> {
    const { groupId, topic } = this.subscription;
    if (partitions.length === 0) {
      return [];
    }
    const response = await this.#atCoordinator(async connection => {
      const api = await this.getApi<
        offsetFetchV9.OffsetFetchRequest,
        OffsetFetchResponse
      >('OffsetFetch');
      const topics = [{ name: topic, partitionIndexes: partitions }];
      const group = { groupId, memberId: null, memberEpoch: -1, topics };
      return api.async(connection, [group], false);
    });
    const found = [
      ...(response.topics ?? []),
      ...response.groups.flatMap(group => group.topics),
    ].flatMap(fetched => fetched.partitions);
    const committed = new Map(
      found.map(entry => [entry.partitionIndex, entry]),
    );
    const oldest = found.some(isMissing)
      ? await this.#oldestOffsets(partitions)
      : [];
    return partitions.map(partition => {
      const entry = committed.get(partition);
      if (entry === undefined || isMissing(entry)) {
        const start = oldest[partition] ?? 0n;
        return { partition, committed: undefined, metadata: '', start };
      }
      const { committedOffset, metadata } = entry;
      return {
        partition,
        committed: committedOffset,
        metadata: metadata ?? '',
        start: committedOffset,
      };
    });
  }

  async commit(positions: Position[]): Promise<void> {
    try {
      await this.#commit(positions);
    } catch (error) {
      if (!this.#isOneOf(error, ['OFFSET_METADATA_TOO_LARGE'])) {
        throw error;
      }
      // What stands beside a position is worth less than the position.
      await this.#commit(positions.map(p => ({ ...p, metadata: '' })));
    }
  }

  /** Lets the others have the partitions without waiting for the session to end. */
  async leave(): Promise<void> {
    const { memberId } = this.#consumer;
    if (memberId === null) {
      return;
    }
    const api = await this.getApi<
      leaveGroupV5.LeaveGroupRequest,
      leaveGroupV5.LeaveGroupResponse
    >('LeaveGroup');
    const broker = await this.#coordinator();
    const lane = this.#isJoining ? 'leave' : 'group';
    const connection = await this.connections.get(broker, lane);
    await api.async(connection, this.subscription.groupId, [{ memberId }]);
  }

  /** Ends every timer and retry; connections are their owner's. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    await this.#consumer.close(true);
  }

  async #commit(positions: Position[]): Promise<void> {
    const { groupId, topic } = this.subscription;
    await this.#atCoordinator(async connection => {
      const { generationId, memberId } = this.#consumer;
      if (memberId === null) {
        throw new Error('Only a member of the group can commit');
      }
      const api = await this.getApi<
        offsetCommitV9.OffsetCommitRequest,
        offsetCommitV9.OffsetCommitResponse
      >('OffsetCommit');
      const partitions = positions.map(({ partition, offset, metadata }) => ({
        partitionIndex: partition,
        committedOffset: offset,
        committedLeaderEpoch: -1,
        committedMetadata: metadata,
      }));
      await api.async(connection, groupId, generationId, memberId, null, [
        { name: topic, partitions },
      ]);
    });
  }

  async #prepare(): Promise<Buffer> {
    this.#isJoining = true;
    if (!this.#isPrepared) {
      this.#isPrepared = true;
      const timer = setInterval(() => void this.#stayAlive(), KEEP_ALIVE_MS);
      try {
        await this.events.beforeJoin();
      } finally {
        clearInterval(timer);
      }
    }
    return Buffer.alloc(0);
  }

  async #stayAlive(): Promise<void> {
    const { groupId, generationId, memberId } = this.#consumer;
    if (memberId === null) {
      return;
    }
    try {
      const api = await this.getApi<
        heartbeatV4.HeartbeatRequest,
        heartbeatV4.HeartbeatResponse
      >('Heartbeat');
      const broker = await this.#coordinator();
      const connection = await this.connections.get(broker, 'group');
      await api.async(connection, groupId, generationId, memberId, null);
    } catch {
      // The answer is that the group rebalances, which is known.
    }
  }

  /** The leader distributes the partitions that there were when it joined. */
  async #noticeNewPartitions(): Promise<void> {
    try {
      const metadata = await this.#consumer.metadata({
        topics: [this.subscription.topic],
        forceUpdate: true,
      });
      const hasChanged =
        this.#countPartitions(metadata) !== this.#partitionCount;
      if (hasChanged && this.#isLeader && !this.#isJoining) {
        await this.#consumer.joinGroup({});
      }
    } catch (error) {
      this.events.onFailure(error);
    }
  }

  #countPartitions(metadata: ClusterMetadata | undefined): number {
    const { topic } = this.subscription;
    return metadata?.topics.get(topic)?.partitionsCount ?? 0;
  }

  async #oldestOffsets(partitions: number[]): Promise<bigint[]> {
    const { topic } = this.subscription;
    const offsets = await this.#consumer.listOffsets({
      topics: [topic],
      partitions: { [topic]: partitions },
      timestamp: this.library.ListOffsetTimestamps.EARLIEST,
    });
    return offsets.get(topic) ?? [];
  }

  /**
   * Asks the coordinator, again if it is another one by now. The library looks
   * for a new one only when a call of its own has failed.
   */
  async #atCoordinator<T>(
    ask: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const broker = await this.#coordinator();
        return await ask(await this.connections.get(broker, 'group'));
      } catch (error) {
        if (attempt >= 2 || !this.#isCoordinatorGone(error)) {
          throw error;
        }
        const { topic } = this.subscription;
        await this.#consumer.listCommittedOffsets({
          topics: [{ topic, partitions: [0] }],
        });
      }
    }
  }

  #isCoordinatorGone(error: unknown): boolean {
    return (
      (error instanceof Error &&
        this.library.NetworkError.isRetryable(error)) ||
      this.#isOneOf(error, [
        'NOT_COORDINATOR',
        'COORDINATOR_NOT_AVAILABLE',
        'COORDINATOR_LOAD_IN_PROGRESS',
      ])
    );
  }

  /** Whether it holds a broker's answer of one of these names. */
  #isOneOf(error: unknown, ids: string[]): boolean {
    return (
      error instanceof Error &&
      ids.some(id => this.library.findErrorBy(error, 'apiId', id))
    );
  }

  async #coordinator(): Promise<Broker> {
    const id = await this.#consumer.findGroupCoordinator();
    const { brokers } = await this.metadata();
    const broker = brokers.get(id);
    if (!broker) {
      throw new this.library.NetworkError(
        'The coordinator of the group is none of the brokers',
        { canRetry: true },
      );
    }
    return broker;
  }
}

/** Kafka answers -1 where the group has no position. */
function isMissing(entry: { committedOffset: bigint }): boolean {
  return entry.committedOffset < 0n;
}
