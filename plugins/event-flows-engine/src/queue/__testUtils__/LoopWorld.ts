import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { AddressPolicy } from '../../address/AddressPolicy';
import type { BrokerConsumer } from '../../broker/BrokerDriver';
import { AnswerWriter } from '../../delivery/AnswerWriter';
import type { DeadLetterWriter } from '../../delivery/DeadLetterWriter';
import type { HttpDispatcher } from '../../delivery/HttpDispatcher';
import type { DeliveryTarget, DesiredQueue, HeldUpDecision } from '../../types';
import { Observations } from '../../observe/Observations';
import { DeliveryLoop } from '../DeliveryLoop';
import { HeldPartitions } from '../HeldPartitions';
import { MemoryBudget } from '../MemoryBudget';
import { PositionCommitter } from '../PositionCommitter';
import { laneOf, type QueueItem } from '../QueueItem';
import { FakeCluster, placeOf, type ToldRecord } from './FakeCluster';
import { FakeDeadLetterTopic, FakeEndpoint } from './fakeSinks';
import { Holding } from './Holding';
import { wrongsOfRequest } from './invariants';

const HOST = 'https://algorithms.example.com';
/** As a runner gives requests before a group is joined anew. */
const REBALANCE_DRAIN_MS = 6_000;

/** A partition is full after a few records. */
class TightBudget extends MemoryBudget {
  override get bytesForQueue() {
    return 12 * 1024;
  }
}

/**
 * A queue between a cluster, an endpoint and a dead-letter topic that do what a
 * test tells them, when it tells them: with real ones no sequence of events
 * could be repeated. It notes whatever the loop does that it must not do.
 */
export class LoopWorld {
  readonly violations: string[] = [];
  readonly cluster: FakeCluster;
  readonly budget = new TightBudget();
  readonly endpoint: FakeEndpoint;
  readonly deadLetters = new FakeDeadLetterTopic();
  readonly holdings = new Map<number, Holding>();
  readonly queue: DesiredQueue;
  loop: DeliveryLoop;
  /** Changes when the queue begins anew. */
  run = 0;
  /** Requests may begin, as far as the membership is concerned. */
  mayBegin = false;
  /** What people decided, as long as no position knows of it. */
  decisions: HeldUpDecision[] = [];
  carriedOut: string[] = [];
  readonly #partitions: HeldPartitions;
  readonly #committer: PositionCommitter;
  #counted = { delivered: 0, deadLettered: 0, skipped: 0 };
  #decisionCount = 0;
  #commitFails = false;
  /** Others hold the partitions: Kafka takes no commit from a member of before. */
  #isFenced = false;

  constructor(
    partitions: number[],
    settings: Partial<DesiredQueue['settings']>,
  ) {
    this.cluster = new FakeCluster(partitions);
    this.queue = {
      id: 'q',
      connection: { id: 'c', brokers: [] },
      topic: 't',
      groupId: 'g',
      algorithmRef: 'component:default/a',
      target: versionTarget(1),
      settings: { ...defaultQueueSettings, ...settings },
      revision: 1,
      decisions: [],
    };
    this.endpoint = new FakeEndpoint({
      cluster: this.cluster,
      holdingOf: ({ partition }) => this.holdings.get(partition),
      onRequest: (record, path) =>
        this.violations.push(...wrongsOfRequest(this, record, path)),
    });
    this.loop = this.#createLoop();
    this.#partitions = new HeldPartitions({
      settings: this.queue.settings,
      budget: this.budget,
      revision: () => this.queue.revision,
      resume: partition => this.#setPaused(partition, false),
      pause: partition => this.#setPaused(partition, true),
      onLost: state => this.loop.release(state),
    });
    const consumer: Pick<BrokerConsumer, 'commit'> = {
      commit: async positions => {
        if (this.#commitFails || this.#isFenced) {
          throw new Error('The coordinator is away');
        }
        this.cluster.commit(positions);
      },
    };
    this.#committer = new PositionCommitter({
      consumer: () => consumer as BrokerConsumer,
      partitions: () => this.#partitions.all,
      heldUp: { statesOf: owner => this.loop.heldUp.statesOf(owner) },
      revision: () => this.queue.revision,
    });
  }

  /** One read of a partition, if it is read now. */
  read(partition: number, atMost: number): void {
    const holding = this.holdings.get(partition);
    if (!this.mayBegin || !holding || holding.isPaused) {
      return;
    }
    const { nextRead } = holding;
    const records = this.cluster
      .recordsOf(partition)
      .filter(({ offset }) => offset >= nextRead)
      .slice(0, atMost);
    const last = records.at(-1);
    if (last) {
      holding.nextRead = last.offset + 1n;
      this.#receive(holding, { fetchedFrom: nextRead, records });
      this.loop.begin();
    }
  }

  setTarget(version: number | undefined, isEdit: boolean): void {
    this.queue.target =
      version === undefined
        ? { kind: 'unavailable', reason: 'it is gone' }
        : versionTarget(version);
    if (isEdit) {
      this.queue.revision += 1;
      this.cluster.forgetHeldUp();
    }
    this.loop.setTarget(this.queue.target);
  }

  /** About one of the records that are held up. */
  decide(pick: number, action: HeldUpDecision['action']): void {
    const heldUp = this.loop.heldUp.list();
    if (heldUp.length === 0) {
      return;
    }
    const { partition, record } = heldUp[pick % heldUp.length];
    this.#decisionCount += 1;
    const about = {
      ...{ id: `${this.#decisionCount}`, partition },
      offset: record.offset.toString(),
    };
    const others = this.decisions.filter(
      each => each !== this.decisionOn(record),
    );
    const decision: HeldUpDecision =
      action === 'dead-letter'
        ? { ...about, action, deadLetterTopic: 'dead' }
        : { ...about, action };
    this.decisions = [...others, decision];
    this.loop.decide(this.decisions);
  }

  /** What is on the list about a record. */
  decisionOn(about: {
    partition: number;
    offset: bigint;
  }): HeldUpDecision | undefined {
    return this.decisions.find(
      ({ partition, offset }) =>
        partition === about.partition && offset === about.offset.toString(),
    );
  }

  /** As a runner does it: what was carried out leaves the list when it is committed. */
  async commit(fails: boolean): Promise<void> {
    const { carriedOut } = this;
    const done = [...this.holdings.values()].flatMap(held => [...held.done]);
    const items = [...this.holdings.values()].flatMap(held => held.items);
    const known = items.map(heldUpAs);
    this.#commitFails = fails;
    try {
      await this.#committer.commit();
    } catch {
      return;
    } finally {
      this.#commitFails = false;
    }
    done.forEach(record => Object.assign(record, { isKnownAsDone: true }));
    items.forEach(({ record }, index) => Object.assign(record, known[index]));
    this.decisions
      .filter(({ id }) => carriedOut.includes(id))
      .forEach(decision => this.#checkCarriedOut(decision));
    this.carriedOut = this.carriedOut.filter(id => !carriedOut.includes(id));
    this.decisions = this.decisions.filter(
      ({ id }) => !carriedOut.includes(id),
    );
    this.loop.decide(this.decisions);
  }

  /** The group is to be joined anew, in good order; what hangs gets a while. */
  async leave(): Promise<void> {
    this.#suspend();
    const idle = this.loop.whenIdle(REBALANCE_DRAIN_MS);
    jest.advanceTimersByTime(REBALANCE_DRAIN_MS);
    await idle;
    await this.commit(false);
  }

  /** The membership ends without a goodbye. */
  fail(): void {
    this.#suspend();
    this.#partitions.releaseAll();
    this.holdings.clear();
  }

  /** Others deliver records of a partition that is theirs meanwhile. */
  deliverElsewhere(partition: number, count: number): void {
    if (!this.mayBegin || !this.holdings.has(partition)) {
      this.#isFenced ||= !this.mayBegin;
      this.cluster.deliver(partition, count);
    }
  }

  /** The loop holds these partitions, and reads from the group's positions on. */
  join(partitions: readonly number[]): void {
    this.#suspend();
    this.#partitions.assign(partitions.map(p => this.cluster.assigned(p)));
    const before = new Map(this.holdings);
    this.holdings.clear();
    for (const state of this.#partitions.all) {
      const { partition } = state;
      const held = before.get(partition);
      const holding = held?.state === state ? held : new Holding(state);
      holding.nextRead = this.cluster.committedOf(partition);
      this.holdings.set(partition, holding);
    }
    if (partitions.length === 0) {
      this.loop.forgetEndpoint();
    }
    this.#isFenced = false;
    this.mayBegin = true;
    this.loop.resume('cluster');
  }

  /** The queue stops, and begins anew. */
  async restart(drainMs: number): Promise<void> {
    this.mayBegin = false;
    const stopped = this.loop.stop(drainMs);
    jest.advanceTimersByTime(drainMs + 1);
    await stopped;
    this.#mustNot(
      this.endpoint.requests.length > 0,
      'requests outlive the loop',
    );
    await this.commit(false);
    this.fail();
    this.run += 1;
    this.loop = this.#createLoop();
    this.#counted = { delivered: 0, deadLettered: 0, skipped: 0 };
    this.carriedOut = [];
    this.loop.decide(this.decisions);
  }

  laneOf(record: ToldRecord): string {
    return laneOf(record, this.queue.settings.ordering);
  }

  #createLoop(): DeliveryLoop {
    const { run } = this;
    const deadLetters = {
      write: (_: string, record: ToldRecord) => {
        const holding = this.holdings.get(record.partition);
        return this.deadLetters.write(record, { holding, run });
      },
    };
    return new DeliveryLoop({
      queue: this.queue,
      policy: new AddressPolicy({
        brokers: { allow: [] },
        endpoints: { allow: [`${HOST}/`] },
      }),
      credentials: () => ({}),
      forwardHeaders: new Set(),
      dispatcher: {
        send: (...args) => this.endpoint.send(...args),
      } as HttpDispatcher,
      deadLetters: deadLetters as unknown as DeadLetterWriter,
      attempts: new Observations(Date.now).of(this.queue.id),
      answers: new AnswerWriter(this.queue, () => {
        throw new Error('no queue of this world has an output topic');
      }),
      now: () => Date.now(),
      random: () => 0.5,
      randomHex: bytes => 'a'.repeat(bytes * 2),
      onDone: item => this.#onDone(item, run),
      onAllAnew: () => this.#onAllAnew(),
      onDecided: ({ id }) => this.carriedOut.push(id),
      onUndecided: ids => {
        this.carriedOut = this.carriedOut.filter(id => !ids.includes(id));
      },
    });
  }

  #suspend() {
    this.mayBegin = false;
    this.loop.suspend();
  }

  #setPaused(partition: number, isPaused: boolean) {
    const holding = this.holdings.get(partition);
    if (holding) {
      holding.isPaused = isPaused;
    }
  }

  #mustNot(isWrong: boolean | undefined, what: string) {
    if (isWrong) {
      this.violations.push(what);
    }
  }

  #receive(
    holding: Holding,
    { fetchedFrom, records }: { fetchedFrom: bigint; records: ToldRecord[] },
  ) {
    const { partition } = holding.state;
    const known = new Set([...holding.pending, ...holding.done]);
    const received = new Set<ToldRecord>();
    this.#partitions.receive(
      {
        ...{ partition, fetchedFrom, records, nextOffset: holding.nextRead },
        highWatermark: this.cluster.endOf(partition),
      },
      item => {
        const record = item.record as ToldRecord;
        received.add(record);
        holding.receive(item, record);
        this.#mustNot(
          item.attempts < record.knownAttempts ||
            (record.isKnownAsBlocked && item.blockedBecause === undefined),
          `${placeOf(record)} is not held up as it was`,
        );
        this.loop.add(item);
      },
    );
    for (const record of records) {
      const isNew = received.has(record);
      this.#mustNot(
        isNew && (record.isKnownAsDone || known.has(record)),
        `${placeOf(record)} was taken over again`,
      );
      this.#mustNot(
        !isNew && !record.isDone && !known.has(record),
        `${placeOf(record)} was passed over`,
      );
    }
  }

  #onAllAnew() {
    this.#partitions.forgetHeldUp();
    this.cluster.forgetHeldUp();
  }

  #onDone(item: QueueItem, run: number) {
    const record = item.record as ToldRecord;
    const holding = this.holdings.get(item.partition);
    this.#mustNot(
      run !== this.run ||
        !holding?.isItsTurn(record, item.lane) ||
        !this.#isDoneAsCounted(record, holding),
      `${placeOf(record)} counts as done and is not`,
    );
    holding?.finish(record, item.lane);
    record.isDone = true;
    this.#partitions.complete(item);
  }

  /** Nobody will look at the decision any more. */
  #checkCarriedOut({ action, partition, offset }: HeldUpDecision) {
    const record = this.cluster.find(`${partition}:${offset}`);
    const isLeft = this.holdings.get(partition)?.pending.includes(record);
    this.#mustNot(
      action !== 'retry' && (isLeft || !record.isDone),
      `${placeOf(record)} is not done, as was decided and seems to be carried out`,
    );
  }

  /** Whether what was counted last is what has become of the record. */
  #isDoneAsCounted(record: ToldRecord, { taken, written }: Holding): boolean {
    const before = this.#counted;
    const { delivered, deadLettered, skipped } = this.loop.counters;
    this.#counted = { delivered, deadLettered, skipped };
    if (delivered > before.delivered) {
      return taken.has(record);
    }
    return deadLettered > before.deadLettered
      ? written.has(record) && !taken.has(record)
      : this.decisionOn(record)?.action === 'skip';
  }
}

function versionTarget(version: number): DeliveryTarget {
  return {
    kind: 'version',
    versionRef: `component:default/a-${version}`,
    endpoint: `${HOST}/${version}`,
  };
}

/** What a commit now says of a record that is not done. */
function heldUpAs(
  item: QueueItem,
): Pick<ToldRecord, 'knownAttempts' | 'isKnownAsBlocked'> {
  const { attempts, firstFailedAtMs, problem, blockedBecause } = item;
  const isTold = firstFailedAtMs !== undefined;
  return {
    knownAttempts: isTold ? attempts : 0,
    isKnownAsBlocked:
      isTold && (problem?.phase === 'blocked' || blockedBecause !== undefined),
  };
}
