import type {
  ClusterMetadata,
  Connection,
  fetchV17,
} from '@platformatic/kafka';
import type { BrokerConnections } from './BrokerConnections';
import { FetchError, type FetchRequest, type FetchSource } from './FetchLoop';
import type { GroupMembership } from './GroupMembership';
import type { Library } from './library';

const MAX_BYTES_PER_FETCH = 32 * 1024 * 1024;
/** Each request says all; the broker keeps no session of it. */
const NO_SESSION = { id: 0, epoch: -1 };
/** Since this version a topic goes by its id. */
const FIRST_WITH_TOPIC_ID = 13;

/** Reads the partitions of a topic that a member of a group holds. */
export class TopicSource implements FetchSource {
  constructor(
    private readonly library: Library,
    private readonly connections: BrokerConnections,
    private readonly membership: GroupMembership,
    readonly topic: string,
  ) {}

  metadata(): Promise<ClusterMetadata> {
    return this.membership.metadata();
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
    const connection = await this.connections.get(broker, 'fetch');
    const response = await this.#ask(connection, topicId, request);
    if (response.errorCode !== 0) {
      throw new FetchError(response.errorCode);
    }
    return response.responses.flatMap(({ partitions }) => partitions);
  }

  async #ask(
    connection: Connection,
    topicId: string,
    { maxWaitMs, partitions }: FetchRequest,
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
        MAX_BYTES_PER_FETCH,
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
