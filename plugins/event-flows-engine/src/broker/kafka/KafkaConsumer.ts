import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { BrokerAccess } from '../../types';
import type {
  BrokerConsumer,
  ConsumerHandler,
  Position,
} from '../BrokerDriver';
import {
  ConsumerStalledError,
  ProgressWatch,
  STALLED_AFTER_MS,
} from '../ProgressWatch';
import { toBrokerConnectionError } from './brokerErrors';
import { toRecord } from './toRecord';
import type { KafkaClient } from './kafkaClient';
import {
  createAssigner,
  type EmptyBatch,
  isOfFormerAssignment,
  type MembershipHooks,
  type ReadLimits,
} from './kafkajsInternals';
import { ReadingPace } from './ReadingPace';
import { Wakeup } from './Wakeup';

const MAX_BYTES_PER_FETCH = 32 * 1024 * 1024;
/** After this time without a heartbeat the group gives the partitions to others. */
const SESSION_TIMEOUT_MS = 10_000;
/** A worker of kafkajs that has just ended takes nothing for a moment; another one does. */
const PARALLEL_BATCHES = 8;
/** While every partition is paused: several times within a session, for the heartbeats. */
const ALL_PAUSED_WAIT_MS = 1_000;

export interface Subscription {
  groupId: string;
  topic: string;
}

/**
 * A member of a consumer group by kafkajs. It never starts again by itself:
 * whoever opened it does that, with a new one.
 */
export class KafkaConsumer implements BrokerConsumer {
  readonly failed: Promise<Error>;
  readonly #consumer: Consumer;
  readonly #held = new Set<number>();
  /** Outside of a membership kafkajs throws where it is told to pause. */
  #isMember = false;
  /** How often the group was joined. */
  #joins = 0;
  #fail: (error: Error) => void = () => {};
  #failure: Error | undefined;
  #closed = false;
  /** Commits that the coordinator has acknowledged. */
  #acknowledged = 0;
  /** Of joining, of reads of anything, and of each partition. */
  #joining: ProgressWatch | undefined;
  #watch: ProgressWatch | undefined;
  readonly #watches = new Map<number, ProgressWatch>();
  readonly #pace = new ReadingPace();
  /** A partition is resumed. */
  readonly #resumed = new Wakeup();

  constructor(
    private readonly client: KafkaClient,
    private readonly access: BrokerAccess,
    private readonly subscription: Subscription,
    private readonly handler: ConsumerHandler,
    readonly clusterId: string,
    private readonly stalledAfterMs = STALLED_AFTER_MS,
  ) {
    this.failed = new Promise(resolve => {
      this.#fail = error => {
        this.#failure ??= error;
        resolve(error);
      };
    });
    this.#consumer = client.kafka.consumer({
      groupId: subscription.groupId,
      partitionAssigners: [createAssigner(this.#hooks())],
      allowAutoTopicCreation: false,
      sessionTimeout: SESSION_TIMEOUT_MS,
      maxBytes: MAX_BYTES_PER_FETCH,
      // A partition added later is noticed within this time.
      metadataMaxAge: 30_000,
      retry: {
        retries: 5,
        initialRetryTime: 300,
        restartOnFailure: async () => false,
      },
    });
  }

  /** Resolves when the group has assigned partitions for the first time. */
  async open(): Promise<void> {
    const { topic } = this.subscription;
    this.#listen();
    try {
      await this.#consumer.connect();
      // Positions are committed before a queue starts; a partition without one
      // is new, and none of its records were read.
      await this.#consumer.subscribe({ topic, fromBeginning: true });
      const running = this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARALLEL_BATCHES,
        eachBatch: async payload => this.#takeOver(payload),
      });
      await Promise.race([running, this.failed]);
    } catch (error) {
      throw this.#explain(error);
    }
    if (this.#failure) {
      throw this.#failure;
    }
    // Every read counts, also one that waited for records in vain.
    this.#watch = this.#watchFor('Nothing was read', 'not even in vain');
  }

  async commit(positions: Position[]): Promise<void> {
    const joins = this.#joins;
    try {
      await this.#commit(positions).catch(async error => {
        // They belong to the assignment under which they were reached.
        if (!isMetadataTooLarge(error) || joins !== this.#joins) {
          throw error;
        }
        // What stands beside a position is worth less than the position.
        await this.#commit(positions.map(p => ({ ...p, metadata: '' })));
      });
    } catch (error) {
      throw this.#explain(error);
    }
  }

  pause(partitions: number[]): void {
    if (this.#isMember) {
      this.#consumer.pause(this.#heldOf(partitions));
      this.#pace.paused();
    }
  }

  resume(partitions: number[]): void {
    if (this.#isMember) {
      this.#consumer.resume(this.#heldOf(partitions));
      this.#resumed.wake();
    }
  }

  async close(deadlineMs: number): Promise<void> {
    this.#closed = true;
    this.#joining?.stop();
    this.#watch?.stop();
    this.#watches.forEach(watch => watch.stop());
    this.#resumed.wake();
    const { sockets } = this.client;
    const timer = setTimeout(
      () => sockets.destroy(new Error('The consumer did not close in time')),
      deadlineMs,
    );
    try {
      await Promise.race([
        this.#consumer.disconnect(),
        // kafkajs can go on waiting without any socket.
        new Promise<void>(resolve =>
          setTimeout(resolve, deadlineMs + 100).unref(),
        ),
      ]);
    } catch (error) {
      throw this.#explain(error);
    } finally {
      clearTimeout(timer);
      sockets.destroy(new Error('The consumer is closed'));
    }
  }

  async #commit(positions: Position[]): Promise<void> {
    const { topic } = this.subscription;
    const before = this.#acknowledged;
    await this.#consumer.commitOffsets(
      positions.map(({ partition, offset, metadata }) => ({
        topic,
        partition,
        offset: offset.toString(),
        metadata,
      })),
    );
    // While it stops kafkajs commits nothing, and says nothing of it.
    if (positions.length > 0 && this.#acknowledged === before) {
      throw new Error('The consumer has stopped, and committed nothing');
    }
  }

  #heldOf(partitions: number[]) {
    const held = partitions.filter(partition => this.#held.has(partition));
    return held.length === 0
      ? []
      : [{ topic: this.subscription.topic, partitions: held }];
  }

  #hooks(): MembershipHooks {
    return {
      beforeJoin: () => {
        this.#joining?.stop();
        this.#joining = this.#watchFor('The group was not joined');
        return this.handler.onRebalancing();
      },
      afterJoin: committed => {
        this.#joining?.stop();
        this.#isMember = true;
        this.#joins += 1;
        this.client.sockets.forgetFailure();
        this.#held.clear();
        committed.forEach(({ partition }) => this.#held.add(partition));
        this.#watchPartitions();
        this.handler.onAssigned(
          committed.map(({ partition, offset, metadata }) => ({
            partition,
            committed: offset < 0n ? undefined : offset,
            metadata,
          })),
        );
      },
      beforeRead: () => this.#beforeRead(),
      afterRead: partitions => {
        this.#watch?.progress();
        partitions.forEach(partition =>
          this.#watches.get(partition)?.progress(),
        );
      },
      afterEmptyRead: batch => {
        if (!this.#closed && this.#held.has(batch.partition)) {
          this.#handOver(batch);
        }
      },
      onOffsetOutOfRange: partition => this.handler.onPositionLost(partition),
    };
  }

  #listen() {
    const { events } = this.#consumer;
    this.#consumer.on(events.FETCH, () => this.#pace.hasRead());
    this.#consumer.on(events.COMMIT_OFFSETS, () => {
      this.#acknowledged += 1;
    });
    this.#consumer.on(events.STOP, () => {
      this.#isMember = false;
    });
    this.#consumer.on(events.CRASH, ({ payload }) => {
      this.#fail(this.#explain(payload.error));
    });
  }

  /** One that is resumed waits for the read of the others. */
  async #beforeRead(): Promise<ReadLimits> {
    if (this.#held.size > 0 && this.#pausedCount === this.#held.size) {
      await this.#resumed.wait(ALL_PAUSED_WAIT_MS);
    }
    return {
      maxWaitMs: this.#pace.waitMs(this.#pausedCount > 0),
      maxBytesPerPartition: this.handler.readBytes(),
    };
  }

  get #pausedCount(): number {
    return this.#consumer
      .paused()
      .reduce((count, { partitions }) => count + partitions.length, 0);
  }

  #watchPartitions() {
    this.#watches.forEach(watch => watch.stop());
    this.#watches.clear();
    for (const partition of this.#closed ? [] : this.#held) {
      const watch = this.#watchFor(
        `Partition ${partition} was not read`,
        'not even in vain',
      );
      this.#watches.set(partition, watch);
    }
  }

  #watchFor(stall: string, addition = ''): ProgressWatch {
    const limitMs = this.stalledAfterMs;
    const what = `${stall} for ${limitMs / 1000} s`;
    return new ProgressWatch(limitMs, () =>
      this.#fail(
        new ConsumerStalledError(
          `${[what, addition].filter(Boolean).join(', ')}; the group is joined anew`,
        ),
      ),
    );
  }

  /** Hands a batch over and returns: its records are done by others. */
  #takeOver({ batch, resolveOffset, isStale }: EachBatchPayload) {
    const { partition } = batch;
    if (
      this.#closed ||
      isStale() ||
      !this.#held.has(partition) ||
      isOfFormerAssignment(batch)
    ) {
      return;
    }
    this.#pace.found();
    this.#handOver(batch);
    resolveOffset(batch.lastOffset());
  }

  #handOver(batch: EachBatchPayload['batch'] | EmptyBatch) {
    const { partition, messages, highWatermark } = batch;
    this.handler.onRecords({
      partition,
      fetchedFrom: BigInt(fetchedOffsetOf(batch)),
      records: messages.map(message => toRecord(partition, message)),
      nextOffset: BigInt(batch.lastOffset()) + 1n,
      highWatermark: BigInt(highWatermark),
    });
  }

  #explain(error: unknown): Error {
    return toBrokerConnectionError(error, {
      access: this.access,
      topic: this.subscription.topic,
      socketFailure: this.client.sockets.failure,
    });
  }
}

function isMetadataTooLarge(error: unknown): boolean {
  return (
    error instanceof Error &&
    (('type' in error && error.type === 'OFFSET_METADATA_TOO_LARGE') ||
      isMetadataTooLarge(error.cause))
  );
}

/** kafkajs' batch knows where its fetch began, though its types do not say so. */
function fetchedOffsetOf(
  batch: EachBatchPayload['batch'] | EmptyBatch,
): string {
  return 'fetchedOffset' in batch && typeof batch.fetchedOffset === 'string'
    ? batch.fetchedOffset
    : batch.messages[0].offset;
}
