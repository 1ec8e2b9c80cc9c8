import { setTimeout as delay } from 'node:timers/promises';
import type { BrokerAccess } from '../../types';
import type {
  BrokerConsumer,
  ConsumerHandler,
  Log,
  Position,
} from '../BrokerDriver';
import type { BrokerConnections } from './BrokerConnections';
import { explainFailure } from './explainFailure';
import { FetchLoop } from './FetchLoop';
import { GroupMembership } from './GroupMembership';
import type { StartPosition } from './GroupPositions';
import type { Library } from './library';
import { TopicSource } from './TopicSource';

/** What a consumer is made of. */
export interface ConsumerParts {
  library: Library;
  connections: BrokerConnections;
  access: BrokerAccess;
  subscription: { groupId: string; topic: string };
  handler: ConsumerHandler;
  log: Log;
}

/**
 * A member of a consumer group by @platformatic/kafka. It never starts again
 * by itself: whoever opened it does that, with a new one.
 */
export class PlatformaticConsumer implements BrokerConsumer {
  readonly failed: Promise<Error>;
  readonly #membership: GroupMembership;
  readonly #paused = new Set<number>();
  readonly #firstAssignment = Promise.withResolvers<void>();
  readonly #failure = Promise.withResolvers<Error>();
  readonly #closing = Promise.withResolvers<Error>();
  #held: ReadonlySet<number> = new Set();
  #loop: FetchLoop | undefined;
  /** Of the assignment that was told last. */
  #source: TopicSource | undefined;
  /** Changes when an assignment ends: what was begun for it is not told any more. */
  #assignment = 0;
  #clusterId = '';
  /** The group was joined anew, and nobody knows yet what is held now. */
  #isUntold = false;
  #isClosed = false;

  constructor(private readonly parts: ConsumerParts) {
    const { library, connections, access, subscription } = parts;
    this.failed = this.#failure.promise;
    this.#membership = new GroupMembership(
      library,
      connections,
      {
        ...subscription,
        seeds: access.brokers.map(seed => library.parseBroker(seed)),
      },
      {
        beforeJoin: () => this.#beforeJoin(),
        afterJoin: partitions => void this.#afterJoin(partitions),
        onFailure: error => this.#fail(error),
      },
    );
  }

  get clusterId(): string {
    return this.#clusterId;
  }

  /** Resolves when the group has assigned partitions for the first time. */
  async open(): Promise<void> {
    const stopped = Promise.race([this.failed, this.#closing.promise]);
    const failed = stopped.then(error => {
      throw error;
    });
    try {
      await Promise.race([this.#join(), failed]);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async commit(positions: Position[]): Promise<void> {
    const assignment = this.#assignment;
    try {
      if (await this.#source?.wasReplaced()) {
        throw new Error(
          'The topic is another one than that in which the positions were reached',
        );
      }
      if (this.#isUntold || assignment !== this.#assignment) {
        throw new Error(
          'The group was joined anew before the positions were committed',
        );
      }
      await this.#membership.positions.commit(positions);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  pause(partitions: number[]): void {
    partitions
      .filter(partition => this.#held.has(partition))
      .forEach(partition => this.#paused.add(partition));
  }

  resume(partitions: number[]): void {
    partitions.forEach(partition => this.#paused.delete(partition));
    this.#loop?.wake();
  }

  async close(deadlineMs: number): Promise<void> {
    const reason = new Error('The consumer is closed');
    this.#isClosed = true;
    this.#closing.resolve(reason);
    this.#endAssignment();
    const { connections, log } = this.parts;
    const deadline = new AbortController();
    try {
      await Promise.race([
        this.#membership.leave(),
        delay(deadlineMs, undefined, { signal: deadline.signal }),
      ]);
    } catch (error) {
      // The group will notice by itself, when the session is over.
      const { message } = this.#explain(error);
      log({ level: 'debug', message: `The group was not left: ${message}` });
    } finally {
      deadline.abort();
      connections.destroy(reason);
      await this.#membership.close();
    }
  }

  async #join() {
    const { id } = await this.#membership.metadata();
    this.#clusterId = id;
    await this.#membership.join();
    await this.#firstAssignment.promise;
  }

  async #beforeJoin() {
    this.#endAssignment();
    await this.parts.handler.onRebalancing();
  }

  async #afterJoin(partitions: number[]) {
    this.#endAssignment();
    const assignment = this.#assignment;
    const { library, connections, subscription } = this.parts;
    this.#isUntold = true;
    try {
      const source = await TopicSource.of(
        library,
        connections,
        this.#membership,
        subscription.topic,
      );
      const positions = await this.#membership.positions.read(partitions);
      if (assignment === this.#assignment && !this.#isClosed) {
        this.#begin(positions, source);
      }
    } catch (error) {
      if (assignment === this.#assignment) {
        this.#fail(error);
      }
    }
  }

  #begin(positions: StartPosition[], source: TopicSource) {
    const { handler, connections } = this.parts;
    connections.forgetFailure();
    this.#source = source;
    this.#isUntold = false;
    this.#held = new Set(positions.map(({ partition }) => partition));
    this.#paused.forEach(partition => {
      if (!this.#held.has(partition)) {
        this.#paused.delete(partition);
      }
    });
    handler.onAssigned(
      positions.map(({ partition, committed, metadata }) => ({
        partition,
        committed,
        metadata,
      })),
    );
    this.#loop = new FetchLoop(
      source,
      {
        readBytes: () => handler.readBytes(),
        onRecords: batch => handler.onRecords(batch),
        onPositionLost: partition => handler.onPositionLost(partition),
        onFailure: error => this.#fail(error),
      },
      new Map(positions.map(({ partition, start }) => [partition, start])),
      this.#paused,
    );
    this.#loop.wake();
    this.#firstAssignment.resolve();
  }

  #endAssignment() {
    this.#assignment += 1;
    this.#loop?.stop();
    this.#loop = undefined;
  }

  #fail(error: unknown) {
    this.#endAssignment();
    this.#failure.resolve(this.#explain(error));
  }

  #explain(error: unknown): Error {
    const { access, subscription, connections } = this.parts;
    return explainFailure(error, {
      access,
      ...subscription,
      socketFailure: connections.failure,
    });
  }
}
