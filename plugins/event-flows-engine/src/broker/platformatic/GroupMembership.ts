import type {
  Broker,
  ClusterMetadata,
  Consumer,
  heartbeatV4,
  leaveGroupV5,
} from '@platformatic/kafka';
import { CLIENT_ID, type BrokerConnections } from './BrokerConnections';
import { mayPass } from './explainFailure';
import { GroupCoordinator } from './GroupCoordinator';
import { GroupPositions } from './GroupPositions';
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
 * else is used: it joins, sends heartbeats, and joins anew when it has to.
 */
export class GroupMembership {
  readonly #consumer: Consumer;
  readonly coordinator: GroupCoordinator;
  readonly positions: GroupPositions;
  /** Between two memberships `beforeJoin` is called once, however many tries it takes. */
  #isPrepared = false;
  #isJoining = false;
  #isLeader = false;
  #partitionCount = 0;
  #watch: NodeJS.Timeout | undefined;

  constructor(
    library: Library,
    connections: BrokerConnections,
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
    this.coordinator = new GroupCoordinator(
      library,
      connections,
      consumer,
      subscription.topic,
    );
    this.positions = new GroupPositions(
      library,
      this.coordinator,
      consumer,
      subscription.topic,
    );
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
    return this.coordinator.metadata();
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

  /** Lets the others have the partitions without waiting for the session to end. */
  async leave(): Promise<void> {
    const { memberId } = this.#consumer;
    if (memberId === null) {
      return;
    }
    const api = await this.coordinator.getApi<
      leaveGroupV5.LeaveGroupRequest,
      leaveGroupV5.LeaveGroupResponse
    >('LeaveGroup');
    const lane = this.#isJoining ? 'leave' : 'group';
    const connection = await this.coordinator.connection(lane);
    await api.async(connection, this.subscription.groupId, [{ memberId }]);
  }

  /** Ends every timer and retry; connections are their owner's. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    await this.#consumer.close(true);
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
      const api = await this.coordinator.getApi<
        heartbeatV4.HeartbeatRequest,
        heartbeatV4.HeartbeatResponse
      >('Heartbeat');
      const connection = await this.coordinator.connection('group');
      await api.async(connection, groupId, generationId, memberId, null);
    } catch {
      // The answer is that the group rebalances, which is known.
    }
  }

  /** The leader distributes the partitions that there were when it joined. */
  async #noticeNewPartitions(): Promise<void> {
    try {
      const metadata = await this.#freshMetadata();
      const hasChanged =
        metadata !== undefined &&
        this.#countPartitions(metadata) !== this.#partitionCount;
      if (hasChanged && this.#isLeader && !this.#isJoining) {
        await this.#consumer.joinGroup({});
      }
    } catch (error) {
      this.events.onFailure(error);
    }
  }

  /** Undefined: not now. If that lasts, heartbeats and reads notice it sooner. */
  async #freshMetadata(): Promise<ClusterMetadata | undefined> {
    try {
      return await this.#consumer.metadata({
        topics: [this.subscription.topic],
        forceUpdate: true,
      });
    } catch (error) {
      if (mayPass(error)) {
        return undefined;
      }
      throw error;
    }
  }

  #countPartitions(metadata: ClusterMetadata | undefined): number {
    const { topic } = this.subscription;
    return metadata?.topics.get(topic)?.partitionsCount ?? 0;
  }
}
