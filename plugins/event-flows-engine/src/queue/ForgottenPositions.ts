import type {
  AssignedPartition,
  BrokerConsumer,
  BrokerDriver,
  Log,
} from '../broker/BrokerDriver';
import type { DesiredQueue, KnownPosition } from '../types';

/** What restoring positions depends on. */
export interface ForgottenPositionsOptions {
  queue: DesiredQueue;
  driver: BrokerDriver;
  log: Log;
}

/**
 * Lets a queue go on where it was although Kafka has forgotten its positions,
 * as it does with those of a group that had no members for long.
 *
 * The member that is given such a partition commits the position that was kept
 * elsewhere, and joins the group anew. Members that start together are not in
 * each other's way: each does so for its own partitions, and Kafka takes no
 * commit from one whose assignment is over.
 */
export class ForgottenPositions {
  /** By partition, as long as no position of Kafka's own was seen. */
  readonly #kept: Map<number, KnownPosition>;
  /** Of the partitions that are assigned now. */
  #forgotten: KnownPosition[] = [];

  constructor(private readonly options: ForgottenPositionsOptions) {
    const { known = [] } = options.queue;
    this.#kept = new Map(known.map(kept => [kept.partition, kept]));
  }

  /** What of an assignment can be read at once: all but what is to be restored. */
  sortOut(assignment: readonly AssignedPartition[]): AssignedPartition[] {
    for (const { partition, committed } of assignment) {
      if (committed !== undefined) {
        // Kafka knows better, and should it forget that: the topic is another.
        this.#kept.delete(partition);
      }
    }
    this.#forgotten = assignment.flatMap(
      ({ partition }) => this.#kept.get(partition) ?? [],
    );
    return assignment.filter(({ partition }) => !this.#kept.has(partition));
  }

  /**
   * Commits the positions of what was sorted out last.
   *
   * @returns whether the group has to be joined anew to read from there
   * @throws BrokerConnectionError
   */
  async restore(
    consumer: BrokerConsumer,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { queue, driver, log } = this.options;
    const { connection, topic } = queue;
    const forgotten = this.#forgotten;
    if (forgotten.length === 0) {
      return false;
    }
    // Whatever is read meanwhile is read in vain.
    consumer.pause(forgotten.map(({ partition }) => partition));
    const starts = await driver.admin.startsOf(
      connection,
      { topic, known: forgotten },
      { signal },
    );
    if (forgotten !== this.#forgotten) {
      // They may belong to somebody else by now.
      return false;
    }
    await consumer.commit(starts.map(start => ({ ...start, metadata: '' })));
    log({
      level: 'warn',
      message: `Kafka had forgotten positions of queue ${queue.id} in ${topic}; it goes on at those that were kept: ${describe(starts)}`,
      fields: { queueId: queue.id },
    });
    return true;
  }
}

function describe(
  starts: ReadonlyArray<{ partition: number; offset: bigint }>,
): string {
  return starts
    .map(({ partition, offset }) => `partition ${partition} at ${offset}`)
    .join(', ');
}
