import { isDeepStrictEqual } from 'node:util';
import type {
  AssignedPartition,
  BrokerConsumer,
  BrokerDriver,
  Log,
  RecordBatch,
} from '../broker/BrokerDriver';
import { STALLED_AFTER_MS } from '../broker/ProgressWatch';
import { AnswerWriter } from '../delivery/AnswerWriter';
import { DeadLetterWriter } from '../delivery/DeadLetterWriter';
import { HttpDispatcher } from '../delivery/HttpDispatcher';
import type { DesiredQueue, QueueReport } from '../types';
import { backoffMs } from './Backoff';
import { Commits } from './Commits';
import { DeliveryLoop } from './DeliveryLoop';
import type { DestinationRules } from './Destination';
import { ForgottenPositions } from './ForgottenPositions';
import type { Observations } from '../observe/Observations';
import { HeldPartitions } from './HeldPartitions';
import type { MemoryBudget } from './MemoryBudget';
import { PositionCommitter } from './PositionCommitter';
import { describeQueue, type MemberState } from './queueReport';
import { after, unlessAborted, within } from './waiting';

const COMMIT_EVERY_MS = 1_000;
/**
 * A membership that lasts as long was healthy for a minute: that something is
 * not read is noticed only after a while. One that ends sooner, again and
 * again, makes the whole group join anew each time, and waits longer for it.
 */
const HEALTHY_AFTER_MS = STALLED_AFTER_MS + 60_000;
/** Between two tries to become a member of the group. */
const JOIN_BACKOFF = { firstMs: 1_000, maxMs: 60_000 };
const CLOSE_DEADLINE_MS = 5_000;
/** That requests get before the group is joined anew; well within a member's session. */
const REBALANCE_DRAIN_MS = 6_000;
/** That a commit gets when the membership has failed: the cluster may not be there. */
const LAST_COMMIT_MS = 2_000;

/** What all runners of an engine share. */
export interface RunnerSurroundings extends DestinationRules {
  driver: BrokerDriver;
  forwardHeaders: ReadonlySet<string>;
  drainTimeoutMs: number;
  budget: MemoryBudget;
  observations: Observations;
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
  readonly #id: string;
  readonly #partitions: HeldPartitions;
  readonly #commits: Commits;
  readonly #forgotten: ForgottenPositions;
  readonly #dispatcher: HttpDispatcher;
  readonly #deadLetters: DeadLetterWriter;
  readonly #answers: AnswerWriter;
  readonly #loop: DeliveryLoop;
  readonly #stopping = new AbortController();
  readonly #running: Promise<QueueReport>;
  #member: MemberState = { kind: 'joining' };
  #consumer: BrokerConsumer | undefined;
  /** The membership has failed and is about to end: nothing begins in it. */
  #isLeaving = false;
  /** Ends the membership when positions are restored, or could not be. */
  #rejoin = Promise.withResolvers<Error | undefined>();

  constructor(
    private queue: DesiredQueue,
    private readonly surroundings: RunnerSurroundings,
  ) {
    const { driver, policy, budget, randomHex } = surroundings;
    const { settings, connection } = queue;
    this.#id = randomHex(8);
    this.#dispatcher = new HttpDispatcher(policy.endpoints);
    this.#deadLetters = new DeadLetterWriter(() => driver.producer(connection));
    this.#answers = new AnswerWriter(queue, () => driver.producer(connection));
    this.#partitions = new HeldPartitions({
      ...{ settings, budget, revision: () => this.queue.revision },
      resume: partition => this.#consumer?.resume([partition]),
      pause: partition => this.#consumer?.pause([partition]),
      onLost: state => this.#loop.release(state),
    });
    this.#loop = new DeliveryLoop({
      ...{ ...surroundings, queue },
      dispatcher: this.#dispatcher,
      attempts: surroundings.observations.of(queue.id),
      deadLetters: this.#deadLetters,
      answers: this.#answers,
      onDone: item => this.#partitions.complete(item),
      onAllAnew: () => this.#partitions.forgetHeldUp(),
      onDecided: ({ id }) => this.#commits.carriedOut(id),
      onUndecided: ids => this.#commits.reopen(ids),
    });
    const committer = new PositionCommitter({
      consumer: () => this.#consumer,
      partitions: () => this.#partitions.all,
      heldUp: this.#loop.heldUp,
      revision: () => this.queue.revision,
    });
    this.#commits = new Commits(committer, surroundings.now);
    this.#forgotten = new ForgottenPositions({ ...surroundings, queue });
    budget.addQueues(1);
    this.#loop.decide(queue.decisions);
    this.#running = this.#run();
  }

  /** What of the queue may change while it runs: its target, and what people decided. */
  update(queue: DesiredQueue): void {
    const { revision, target, decisions } = this.queue;
    const isEdited = queue.revision !== revision;
    this.queue = queue;
    if (isEdited || !isDeepStrictEqual(queue.target, target)) {
      this.#loop.setTarget(queue.target);
    }
    if (!isDeepStrictEqual(queue.decisions, decisions)) {
      this.#loop.decide(queue.decisions);
    }
  }

  /**
   * Begins no further request, lets those under way end for a time, commits
   * and leaves the group. Resolves in bounded time, also when the cluster or
   * an endpoint hangs.
   *
   * @returns the last report of this run
   */
  async stop(): Promise<QueueReport> {
    this.#stopping.abort();
    // The membership notices in its own time; that no request begins, at once.
    void this.#loop.stop(this.surroundings.drainTimeoutMs);
    return this.#running;
  }

  report(): QueueReport {
    const wanted = this.queue.decisions.map(({ id }) => id);
    return {
      ...describeQueue({
        queueId: this.queue.id,
        member: this.#member,
        loop: this.#loop,
        partitions: this.#partitions.all,
      }),
      run: this.#id,
      decided: wanted.filter(id => this.#commits.isDecided(id)),
    };
  }

  async #run(): Promise<QueueReport> {
    const { signal } = this.#stopping;
    let failures = 0;
    let last: QueueReport['partitions'] = [];
    while (!signal.aborted) {
      const { error, wasHealthy, partitions } = await this.#beMember(signal);
      last = partitions;
      if (error && !signal.aborted) {
        failures = wasHealthy ? 1 : failures + 1;
        await this.#waitAfter(error, failures, signal);
      }
    }
    this.#member = { kind: 'stopped' };
    await this.#release();
    return { ...this.report(), partitions: last };
  }

  /**
   * One membership, from joining the group to leaving it.
   *
   * @returns also what was known of its partitions in the end
   */
  async #beMember(signal: AbortSignal): Promise<{
    error?: Error;
    wasHealthy: boolean;
    partitions: QueueReport['partitions'];
  }> {
    const { driver, now } = this.surroundings;
    const { connection, groupId, topic } = this.queue;
    this.#isLeaving = false;
    this.#member = { kind: 'joining' };
    this.#rejoin = Promise.withResolvers();
    let consumer: BrokerConsumer;
    try {
      consumer = await driver.consume(
        connection,
        { groupId, topic },
        {
          onRebalancing: () => this.#onRebalancing(),
          onAssigned: assignment => this.#onAssigned(assignment),
          readBytes: () => this.#partitions.readBytes,
          onRecords: batch => this.#onRecords(batch),
          onPositionLost: partition => {
            const state = this.#partitions.get(partition);
            if (state) {
              state.isPositionLost = true;
            }
          },
        },
        { signal },
      );
    } catch (error) {
      this.#partitions.releaseAll();
      return { error: error as Error, wasHealthy: false, partitions: [] };
    }
    const joinedAtMs = now();
    this.#goOn(consumer);
    const committing = setInterval(() => {
      void this.#commit();
      this.#watchCommits();
    }, COMMIT_EVERY_MS);
    const ends = [consumer.failed, this.#rejoin.promise];
    const error = await unlessAborted(signal, Promise.race(ends));
    const wasHealthy = now() - joinedAtMs >= HEALTHY_AFTER_MS;
    clearInterval(committing);
    if (error) {
      await this.#endFailed(error);
    } else if (signal.aborted) {
      await this.#drain();
    } else {
      await this.#onRebalancing();
    }
    const { partitions } = this.report();
    if (error) {
      this.#partitions.releaseAll();
    }
    this.#consumer = undefined;
    await this.#attempt('leave the consumer group', () =>
      consumer.close(CLOSE_DEADLINE_MS),
    );
    this.#partitions.releaseAll();
    return { error, wasHealthy, partitions };
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
    await unlessAborted(signal, after(waitMs, signal));
  }

  /** Whoever gets a partition repeats nothing of what has ended and is committed. */
  async #onRebalancing() {
    this.#member = { kind: 'joining' };
    this.#loop.suspend();
    await this.#loop.whenIdle(REBALANCE_DRAIN_MS);
    await within(CLOSE_DEADLINE_MS, this.#commit());
  }

  /** As before a rebalance, as long as somebody takes commits. */
  async #endFailed({ message: reason }: Error) {
    this.#isLeaving = true;
    this.#member = { kind: 'failed', reason };
    this.#loop.suspend();
    if (await within(LAST_COMMIT_MS, this.#commit())) {
      await this.#loop.whenIdle(REBALANCE_DRAIN_MS);
      await within(LAST_COMMIT_MS, this.#commit());
    }
  }

  #onAssigned(assignment: AssignedPartition[]) {
    const { id, topic } = this.queue;
    const partitions = assignment.map(({ partition }) => partition);
    this.surroundings.log({
      level: 'info',
      message: `Queue ${id} holds ${partitions.length === 0 ? 'no partition' : `partitions ${partitions.sort((a, b) => a - b).join(', ')}`} of ${topic}`,
      fields: { queueId: id },
    });
    this.#partitions.assign(this.#forgotten.sortOut(assignment));
    if (assignment.length === 0) {
      this.#loop.forgetEndpoint();
    }
    if (this.#consumer && !this.#isLeaving) {
      this.#goOn(this.#consumer);
    }
  }

  /** It is a member, and knows its partitions. */
  #goOn(consumer: BrokerConsumer) {
    this.#consumer = consumer;
    this.#commits.begin();
    this.#member = { kind: 'member' };
    this.#loop.resume(consumer.clusterId);
    void this.#restorePositions(consumer);
  }

  #watchCommits() {
    const reason = this.#commits.overdueBecause;
    if (this.#member.kind === 'member' && reason !== undefined) {
      this.#member = { kind: 'uncommitted', reason };
      this.#loop.statistics.failed(reason);
      this.#loop.suspend();
    }
  }

  /** Positions that Kafka has forgotten; the group is joined anew to read from there. */
  async #restorePositions(consumer: BrokerConsumer) {
    const { signal } = this.#stopping;
    const { resolve } = this.#rejoin;
    try {
      if (await this.#forgotten.restore(consumer, signal)) {
        resolve(undefined);
      }
    } catch (error) {
      if (!signal.aborted) {
        resolve(error as Error);
      }
    }
  }

  #onRecords(batch: RecordBatch) {
    if (!this.#stopping.signal.aborted) {
      this.#partitions.receive(batch, item => this.#loop.add(item));
      this.#loop.begin();
    }
  }

  /**
   * A position that could not be committed is so later.
   *
   * @returns whether all are
   */
  async #commit(): Promise<boolean> {
    this.#forgetMootDecisions();
    let isCommitted = false;
    await this.#attempt('commit positions', async () => {
      isCommitted = await this.#commits.commit();
    });
    if (isCommitted && this.#member.kind === 'uncommitted' && this.#consumer) {
      this.#member = { kind: 'member' };
      this.#loop.resume(this.#consumer.clusterId);
    }
    return isCommitted;
  }

  /** About records that are done: by themselves, or before they were decided about. */
  #forgetMootDecisions() {
    const { heldUp } = this.#loop;
    for (const decision of heldUp.openDecisions) {
      const position = this.#partitions.get(decision.partition)?.position;
      if (position !== undefined && BigInt(decision.offset) < position) {
        heldUp.forgetDecision(decision);
      }
    }
  }

  async #drain() {
    this.#consumer?.pause(
      this.#partitions.all.map(({ partition }) => partition),
    );
    await this.#loop.stop(this.surroundings.drainTimeoutMs);
    await within(CLOSE_DEADLINE_MS, this.#commit());
  }

  async #release() {
    await this.#loop.stop(0);
    this.surroundings.budget.addQueues(-1);
    const owned = [this.#dispatcher, this.#deadLetters, this.#answers];
    await Promise.all(
      owned.map(each => this.#attempt('close connections', () => each.close())),
    );
  }

  /** For what is tried again, or cannot be mended, and must not end the queue. */
  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
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
