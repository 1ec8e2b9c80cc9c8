import type {
  ClusterMetadata,
  Connection,
  fetchV17,
} from '@platformatic/kafka';
import { DecompressionLimitError } from '../DecompressionAllowance';
import type { BrokerConnections } from './BrokerConnections';
import { FetchError, type FetchRequest, type FetchSource } from './FetchLoop';
import type { GroupMembership } from './GroupMembership';
import type { Library } from './library';

const MAX_BYTES_PER_FETCH = 32 * 1024 * 1024;
/** By how much less a read asks for when what came had grown too much. */
const SHRINKING = 16;
/** What is answered where the topic is another one: it does not have the position. */
const OFFSET_OUT_OF_RANGE = 1;
/** Each request says all; the broker keeps no session of it. */
const NO_SESSION = { id: 0, epoch: -1 };
/** Since this version a topic goes by its id. */
const FIRST_WITH_TOPIC_ID = 13;

/** Reads the partitions of a topic that a member of a group holds, during one assignment. */
export class TopicSource implements FetchSource {
  /** What is asked for is divided by this, so that it can be decoded. */
  #divisor = 1;

  private constructor(
    private readonly library: Library,
    private readonly connections: BrokerConnections,
    private readonly membership: GroupMembership,
    readonly topic: string,
    /** Of the topic that the positions are in. */
    private readonly topicId: string | undefined,
  ) {}

  /** To be made before the positions are read: should the topic be another one then, it is noticed. */
  static async of(
    library: Library,
    connections: BrokerConnections,
    membership: GroupMembership,
    topic: string,
  ): Promise<TopicSource> {
    // As it is now: the group may be joined anew because the topic is a new one.
    membership.forgetMetadata();
    const { topics } = await membership.metadata();
    const topicId = topics.get(topic)?.id;
    return new TopicSource(library, connections, membership, topic, topicId);
  }

  metadata(): Promise<ClusterMetadata> {
    return this.membership.metadata();
  }

  /** Whether the topic is known to be another one by now. */
  async wasReplaced(): Promise<boolean> {
    try {
      const { topics } = await this.metadata();
      return topics.get(this.topic)?.id !== this.topicId;
    } catch {
      return false;
    }
  }

  forgetMetadata(): void {
    this.membership.forgetMetadata();
  }

  async fetch(
    node: number,
    request: FetchRequest,
  ): Promise<fetchV17.FetchResponsePartition[]> {
    const { brokers, topics } = await this.metadata();
    const broker = brokers.get(node);
    const topicId = topics.get(this.topic)?.id;
    if (!broker || topicId === undefined) {
      throw new Error(`The cluster does not name the broker ${node} any more`);
    }
    if (topicId !== this.topicId) {
      // Its offsets begin anew, so that one that it has would skip what lies before.
      return request.partitions.map(({ partition }) => lost(partition));
    }
    const connection = await this.connections.get(broker, 'fetch');
    const response = await this.#askForLess(connection, topicId, request);
    if (response.errorCode !== 0) {
      throw new FetchError(response.errorCode);
    }
    return response.responses.flatMap(({ partitions }) => partitions);
  }

  /** Less and less, down to a single batch, until what comes can be decoded. */
  async #askForLess(
    connection: Connection,
    topicId: string,
    request: FetchRequest,
  ): Promise<fetchV17.FetchResponse> {
    for (;;) {
      const partitions = request.partitions.map(partition => ({
        ...partition,
        partitionMaxBytes: this.#share(partition.partitionMaxBytes),
      }));
      const isLeast = partitions.every(p => p.partitionMaxBytes === 1);
      const maxBytes = isLeast ? 1 : this.#share(MAX_BYTES_PER_FETCH);
      try {
        const response = await this.#ask(connection, topicId, {
          ...{ maxWaitMs: request.maxWaitMs, maxBytes, partitions },
        });
        this.#divisor = Math.max(1, this.#divisor / 2);
        return response;
      } catch (error) {
        if (isLeast || !isOverLimit(error)) {
          throw error;
        }
        this.#divisor *= SHRINKING;
      }
    }
  }

  #share(bytes: number): number {
    return Math.max(1, Math.floor(bytes / this.#divisor));
  }

  async #ask(
    connection: Connection,
    topicId: string,
    {
      maxWaitMs,
      maxBytes,
      partitions,
    }: FetchRequest & {
      maxBytes: number;
    },
  ): Promise<fetchV17.FetchResponse> {
    const { FetchIsolationLevels, ResponseError } = this.library;
    const api = await this.membership.coordinator.getApi<
      fetchV17.FetchRequest,
      fetchV17.FetchResponse
    >('Fetch');
    const topic = {
      topicId: api.version < FIRST_WITH_TOPIC_ID ? this.topic : topicId,
      partitions,
    };
    try {
      return await api.async(
        connection,
        maxWaitMs,
        1,
        maxBytes,
        FetchIsolationLevels.READ_COMMITTED,
        NO_SESSION.id,
        NO_SESSION.epoch,
        [topic],
        [],
        '',
      );
    } catch (error) {
      // One partition's error does not make the others' records worthless.
      if (error instanceof ResponseError && error.response) {
        return error.response as fetchV17.FetchResponse;
      }
      throw error;
    }
  }
}

function lost(partitionIndex: number): fetchV17.FetchResponsePartition {
  return {
    partitionIndex,
    errorCode: OFFSET_OUT_OF_RANGE,
    highWatermark: -1n,
    lastStableOffset: -1n,
    logStartOffset: -1n,
    abortedTransactions: [],
    preferredReadReplica: -1,
  };
}

function isOverLimit(error: unknown): boolean {
  return (
    error instanceof DecompressionLimitError ||
    (error instanceof Error && isOverLimit(error.cause))
  );
}
