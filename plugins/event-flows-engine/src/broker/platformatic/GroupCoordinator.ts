import type {
  API,
  Broker,
  ClusterMetadata,
  Connection,
  Consumer,
} from '@platformatic/kafka';
import type { BrokerConnections, Lane } from './BrokerConnections';
import type { Library } from './library';

/** Requests to the broker that coordinates a group, which may move to another one. */
export class GroupCoordinator {
  constructor(
    private readonly library: Library,
    private readonly connections: BrokerConnections,
    private readonly consumer: Consumer,
    private readonly topic: string,
  ) {}

  /**
   * A request of the protocol by its name, in the newest version that the
   * cluster and the library both know.
   */
  getApi<Request extends unknown[], Response>(
    name: string,
  ): Promise<API<Request, Response>> {
    return new Promise((resolve, reject) => {
      this.consumer[this.library.kGetApi]<Request, Response>(
        name,
        (error, api) => (api ? resolve(api) : reject(error)),
      );
    });
  }

  metadata(): Promise<ClusterMetadata> {
    return this.consumer.metadata({ topics: [this.topic] });
  }

  /** Once, on a connection for requests of this kind. */
  async connection(lane: Lane): Promise<Connection> {
    return this.connections.get(await this.#broker(), lane);
  }

  /**
   * Asks the coordinator, again if it is another one by now. The library looks
   * for a new one only when a call of its own has failed.
   */
  async ask<T>(ask: (connection: Connection) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await ask(await this.connection('group'));
      } catch (error) {
        if (attempt >= 2 || !this.#isCoordinatorGone(error)) {
          throw error;
        }
        await this.consumer.listCommittedOffsets({
          topics: [{ topic: this.topic, partitions: [0] }],
        });
      }
    }
  }

  /** Whether it holds a broker's answer of one of these names. */
  isOneOf(error: unknown, ids: string[]): boolean {
    return (
      error instanceof Error &&
      ids.some(id => this.library.findErrorBy(error, 'apiId', id))
    );
  }

  #isCoordinatorGone(error: unknown): boolean {
    return (
      (error instanceof Error &&
        this.library.NetworkError.isRetryable(error)) ||
      this.isOneOf(error, [
        'NOT_COORDINATOR',
        'COORDINATOR_NOT_AVAILABLE',
        'COORDINATOR_LOAD_IN_PROGRESS',
      ])
    );
  }

  async #broker(): Promise<Broker> {
    const id = await this.consumer.findGroupCoordinator();
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
