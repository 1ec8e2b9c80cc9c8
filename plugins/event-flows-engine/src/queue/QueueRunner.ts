import type { AddressPolicy } from '../address/AddressPolicy';
import type {
  AssignedPartition,
  BrokerConsumer,
  BrokerDriver,
  Log,
  RecordBatch,
} from '../broker/BrokerDriver';
import { DeadLetterWriter } from '../delivery/DeadLetterWriter';
import { HttpDispatcher } from '../delivery/HttpDispatcher';
import type { DeliveryTarget, DesiredQueue, QueueReport } from '../types';
import { backoffMs } from './Backoff';
import { DeliveryLoop } from './DeliveryLoop';
import { PartitionState, type HoldingLimits } from './PartitionState';
import { laneOf, type QueueItem } from './QueueItem';
import { describeQueue, type MemberState } from './queueReport';

const COMMIT_EVERY_MS = 1_000;
/** Between two tries to become a member of the group. */
const JOIN_BACKOFF = { firstMs: 1_000, maxMs: 60_000 };
const CLOSE_DEADLINE_MS = 5_000;
/** That requests get before the group is joined anew; well within a member's session. */
const REBALANCE_DRAIN_MS = 6_000;
/** How long the broker's next read waits for room, before the partition pauses instead. */
const ROOM_PATIENCE_MS = 250;
/** Of all partitions of a queue together. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;
const MIN_HELD_RECORDS = 2_000;

/** What all runners of an engine share. */
export interface RunnerSurroundings {
  driver: BrokerDriver;
  policy: AddressPolicy;
  credentials: (endpoint: URL) => Record<string, string>;
  forwardHeaders: ReadonlySet<string>;
  drainTimeoutMs: number;
  log: Log;
  now: () => number;
  random: () => number;
  randomHex: (bytes: number) => string;
}

/**
 * Runs one queue: is a member of its consumer group, as long and as often as
 * that takes; hands records to the loop that delivers them, and commits
 * positions below which everything is done.
 */
export class QueueRunner {
  readonly #partitions = new Map<number, PartitionState>();
  readonly #dispatcher: HttpDispatcher;
  readonly #deadLetters: DeadLetterWriter | undefined;
  readonly #loop: DeliveryLoop;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #member: MemberState = { kind: 'joining' };
  #consumer: BrokerConsumer | undefined;
  #committing: Promise<void> = Promise.resolve();

  constructor(
    private readonly queue: DesiredQueue,
    private readonly surroundings: RunnerSurroundings,
  ) {
    const { driver, policy } = surroundings;
    const { concurrency, deadLetterTopic } = queue.settings;
    this.#dispatcher = new HttpDispatcher({
      policy: policy.endpoints,
      connections: concurrency,
    });
    this.#deadLetters =
      deadLetterTopic === undefined
        ? undefined
        : new DeadLetterWriter(
            driver.producer(queue.connection),
            deadLetterTopic,
          );
    this.#loop = new DeliveryLoop({
      ...surroundings,
      queue,
      dispatcher: this.#dispatcher,
      deadLetters: this.#deadLetters,
      onDone: item => this.#onDone(item),
    });
    this.#running = this.#run();
  }

  /** Requests that begin from now on go there. */
  setTarget(target: DeliveryTarget): void {
    this.#loop.setTarget(target);
  }

  /**
   * Begins no further request, lets those under way end for a time, commits
   * and leaves the group. Resolves in bounded time, also when the cluster or
   * an endpoint hangs.
   */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  report(): QueueReport {
    return describeQueue({
      queueId: this.queue.id,
      member: this.#member,
      loop: this.#loop,
      partitions: [...this.#partitions.values()],
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const { error, hadJoined } = await this.#beMember(signal);
      if (error && !signal.aborted) {
        failures = hadJoined ? 1 : failures + 1;
        await this.#waitAfter(error, failures, signal);
      }
    }
    this.#member = { kind: 'stopped' };
    await this.#release();
  }

  /** One membership, from joining the group to leaving it. */
  async #beMember(
    signal: AbortSignal,
  ): Promise<{ error?: Error; hadJoined: boolean }> {
    const { driver } = this.surroundings;
    const { connection, groupId, topic } = this.queue;
    this.#member = { kind: 'joining' };
    let consumer: BrokerConsumer;
    try {
      consumer = await driver.consume(
        connection,
        { groupId, topic },
        {
          onRebalancing: () => this.#onRebalancing(),
          onAssigned: assignment => this.#onAssigned(assignment),
          onRecords: batch => this.#onRecords(batch),
          onPositionLost: partition => this.#onPositionLost(partition),
        },
        { signal },
      );
    } catch (error) {
      this.#releaseAll();
      return { error: error as Error, hadJoined: false };
    }
    this.#consumer = consumer;
    this.#member = { kind: 'member' };
    this.#loop.resume(consumer.clusterId);
    const committing = setInterval(() => this.#commit(), COMMIT_EVERY_MS);
    const error = await Promise.race([consumer.failed, aborted(signal)]);
    clearInterval(committing);
    if (error) {
      this.#loop.suspend();
      this.#releaseAll();
    } else {
      await this.#drain();
    }
    this.#consumer = undefined;
    await this.#attempt('leave the consumer group', () =>
      consumer.close(CLOSE_DEADLINE_MS),
    );
    this.#releaseAll();
    return { error, hadJoined: true };
  }

  async #waitAfter(error: Error, failures: number, signal: AbortSignal) {
    const { log, random } = this.surroundings;
    const waitMs = backoffMs(failures, random, JOIN_BACKOFF);
    this.#member = { kind: 'failed', reason: error.message };
    log({
      level: 'warn',
      message: `Queue ${this.queue.id} cannot read ${this.queue.topic}: ${error.message}`,
      fields: { queueId: this.queue.id, failures, retryInMs: waitMs },
    });
    await Promise.race([after(waitMs, signal), aborted(signal)]);
  }

  /** Whoever gets a partition repeats nothing of what has ended and is committed. */
  async #onRebalancing() {
    this.#loop.suspend();
    await this.#loop.whenIdle(REBALANCE_DRAIN_MS);
    await Promise.race([this.#commit(), after(CLOSE_DEADLINE_MS)]);
  }

  #onAssigned(assignment: AssignedPartition[]) {
    const committed = new Map(
      assignment.map(assigned => [assigned.partition, assigned.committed]),
    );
    for (const [partition, state] of this.#partitions) {
      if (
        !committed.has(partition) ||
        state.wasMovedByOthers(committed.get(partition))
      ) {
        this.#partitions.delete(partition);
        this.#loop.release(state);
      }
    }
    for (const partition of committed.keys()) {
      if (!this.#partitions.has(partition)) {
        this.#partitions.set(partition, new PartitionState(partition));
        this.#consumer?.resume([partition]);
      }
    }
    if (this.#consumer) {
      this.#loop.resume(this.#consumer.clusterId);
    }
  }

  #onRecords(batch: RecordBatch): Promise<void> | undefined {
    const owner = this.#partitions.get(batch.partition);
    if (!owner || this.#stopping.signal.aborted) {
      return undefined;
    }
    const { ordering } = this.queue.settings;
    owner.receive(
      batch,
      index => toItem(batch, index, owner, ordering),
      item => this.#loop.add(item),
    );
    this.#loop.begin();
    return owner.isFull(this.#limits()) ? this.#makeRoom(owner) : undefined;
  }

  #onPositionLost(partition: number) {
    const state = this.#partitions.get(partition);
    if (state) {
      state.isPositionLost = true;
    }
  }

  /** Waits a moment for the partition to be less full; then it pauses. */
  async #makeRoom(state: PartitionState): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ROOM_PATIENCE_MS);
      state.onRoom = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    state.onRoom = undefined;
    if (!state.released && !state.hasRoom(this.#limits())) {
      state.paused = true;
      this.#consumer?.pause([state.partition]);
    }
  }

  #onDone(item: QueueItem) {
    const { owner } = item;
    owner.complete(item);
    if ((owner.onRoom || owner.paused) && owner.hasRoom(this.#limits())) {
      owner.onRoom?.();
      if (owner.paused) {
        owner.paused = false;
        this.#consumer?.resume([owner.partition]);
      }
    }
  }

  #limits(): HoldingLimits {
    const partitions = Math.max(1, this.#partitions.size);
    const { concurrency } = this.queue.settings;
    const records = Math.max(MIN_HELD_RECORDS, concurrency * 20);
    return {
      records: Math.ceil(records / partitions),
      bytes: Math.ceil(MAX_HELD_BYTES / partitions),
    };
  }

  /** One after the other; a position that could not be committed is so later. */
  #commit(): Promise<void> {
    this.#committing = this.#committing.then(() => this.#commitNow());
    return this.#committing;
  }

  async #commitNow() {
    const consumer = this.#consumer;
    const positions = [...this.#partitions.values()].flatMap(state => {
      const offset = state.takePosition();
      return offset === undefined ? [] : [{ state, offset }];
    });
    if (!consumer || positions.length === 0) {
      return;
    }
    await this.#attempt('commit positions', async () => {
      await consumer.commit(
        positions.map(({ state, offset }) => ({
          partition: state.partition,
          offset,
        })),
      );
      positions.forEach(({ state, offset }) => state.markCommitted(offset));
    });
  }

  async #drain() {
    this.#consumer?.pause([...this.#partitions.keys()]);
    await this.#loop.stop(this.surroundings.drainTimeoutMs);
    const committed = this.#commit();
    await Promise.race([committed, after(CLOSE_DEADLINE_MS)]);
  }

  #releaseAll() {
    for (const state of this.#partitions.values()) {
      this.#loop.release(state);
      state.onRoom?.();
    }
    this.#partitions.clear();
  }

  async #release() {
    await this.#loop.stop(0);
    await this.#attempt('close connections', async () => {
      await this.#dispatcher.close();
      await this.#deadLetters?.close();
    });
  }

  /** For what is tried again, or cannot be mended, and must not end the queue. */
  async #attempt(what: string, work: () => Promise<void>) {
    try {
      await work();
    } catch (error) {
      this.surroundings.log({
        level: 'warn',
        message: `Queue ${this.queue.id} could not ${what}: ${
          (error as Error).message
        }`,
        fields: { queueId: this.queue.id },
      });
    }
  }
}

function toItem(
  batch: RecordBatch,
  index: number,
  owner: PartitionState,
  ordering: DesiredQueue['settings']['ordering'],
): Omit<QueueItem, 'tracked'> {
  const record = batch.records[index];
  return {
    partition: record.partition,
    lane: laneOf(record, ordering),
    record,
    owner,
    attempts: 0,
    firstFailedAtMs: undefined,
    problem: undefined,
    abort: undefined,
    timer: undefined,
  };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve(undefined);
    }
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

function after(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => clearTimeout(timer), {
      once: true,
    });
  });
}
