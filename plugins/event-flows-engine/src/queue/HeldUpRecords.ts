import type { DeadLetterWriter } from '../delivery/DeadLetterWriter';
import type { Outcome } from '../delivery/outcome';
import type { DesiredQueue, HeldUpDecision } from '../types';
import { backoffMs } from './Backoff';
import { DeadLetters, type FailedWrite } from './DeadLetters';
import { Decisions } from './Decisions';
import type { DoneBy } from './DeliveryStatistics';
import { detachRecord } from './detachRecord';
import type { LaneScheduler } from './LaneScheduler';
import type { PartitionState } from './PartitionState';
import type { HeldUpState } from './positionMetadata';
import {
  type AttemptFailure,
  blockedStateOf,
  type ItemProblem,
  type QueueItem,
  type Undeliverable,
} from './QueueItem';
import { ordinal } from './words';

/** What is said of a blocked record, beside what went wrong. */
const WAITS_FOR_A_PERSON =
  '; no dead-letter topic is set, so it waits until somebody decides';

/** A record that is held up, and why. */
export type HeldUpItem = QueueItem & { problem: ItemProblem };

/** A failure that is the record's matter. */
export type RecordFailure = Extract<
  Outcome,
  { kind: 'transient' | 'refused' | 'poison' }
>;

/** What the held-up records of a queue depend on. */
export interface HeldUpRecordsOptions {
  queue: DesiredQueue;
  deadLetters: DeadLetterWriter;
  now: () => number;
  random: () => number;
  /** Knows the lanes in which the records are held. */
  scheduler: LaneScheduler<QueueItem>;
  /** The record is done without having been delivered. */
  onDone: (item: QueueItem, by: DoneBy) => void;
  /** A lane may go on, or a write has ended. */
  onChange: () => void;
  /** A record could not be written to the dead-letter topic. */
  onError: (reason: string) => void;
  /** A person wants the endpoint to be tried now. */
  onRetry: () => void;
  /** A decision has been carried out, in memory: no position knows of it yet. */
  onDecided: (decision: HeldUpDecision) => void;
  /** Decisions that were carried out, unless a position knows of it, were in vain. */
  onUndecided: (ids: readonly string[]) => void;
}

/**
 * Keeps the records that could not be delivered: until they are tried again,
 * are in the dead-letter topic, or somebody decides about them.
 */
export class HeldUpRecords {
  readonly #items = new Set<HeldUpItem>();
  readonly #decisions = new Decisions();
  readonly #deadLetters: DeadLetters;
  #isStopped = false;
  #isSuspended = false;
  /** What became due while nothing was to begin. */
  readonly #due = new Map<QueueItem, () => void>();

  constructor(private readonly options: HeldUpRecordsOptions) {
    const { queue, now, random, deadLetters } = options;
    this.#deadLetters = new DeadLetters({
      ...{ queue, now, random, writer: deadLetters },
      onWritten: item => this.#onWritten(item),
      onFailed: (item, failure) => this.#onNotWritten(item, failure),
    });
  }

  /** Writes to a dead-letter topic that have not ended. */
  get writing(): number {
    return this.#deadLetters.underWay;
  }

  /** Refused records leave the topic. */
  get hasDeadLetterTopic(): boolean {
    return this.#deadLetterTopic !== undefined;
  }

  /** Decisions that are still to be carried out, here or by others. */
  get openDecisions(): HeldUpDecision[] {
    return this.#decisions.open;
  }

  /** Those that stop their lane first, then by partition and offset. */
  list(): HeldUpItem[] {
    return [...this.#items].sort(
      (a, b) =>
        Number(b.problem.phase === 'blocked') -
          Number(a.problem.phase === 'blocked') ||
        a.partition - b.partition ||
        Number(a.record.offset - b.record.offset),
    );
  }

  /** What the next owner of a partition has to know, in the order of offsets. */
  statesOf(owner: PartitionState): HeldUpState[] {
    const states: HeldUpState[] = [];
    for (const item of new Set([...this.#items, ...this.#deadLetters.items])) {
      if (item.owner === owner && item.firstFailedAtMs !== undefined) {
        states.push({
          offset: item.record.offset,
          attempts: item.attempts,
          firstFailedAtMs: item.firstFailedAtMs,
          blocked: blockedStateOf(item, whyBlocked(item)),
        });
      }
    }
    return states.sort((a, b) => Number(a.offset - b.offset));
  }

  /** A record that is under way has failed: its lane waits, or it is given up. */
  fail(
    item: QueueItem,
    failure: RecordFailure,
    {
      isCounted,
      ...by
    }: Pick<AttemptFailure, 'versionRef' | 'answer'> & {
      /** Whether that has used up an attempt. */
      isCounted: boolean;
    },
  ): void {
    const { now, scheduler } = this.options;
    item.attempts += isCounted ? 1 : 0;
    item.firstFailedAtMs ??= now();
    const lastFailure = {
      reason: failure.reason,
      status: failure.kind === 'poison' ? undefined : failure.status,
      ...by,
    };
    item.lastFailure = lastFailure;
    scheduler.hold(item);
    if (failure.kind !== 'transient') {
      this.#giveUp(item, { ...lastFailure, class: failure.kind });
    } else if (isCounted && this.#isExhausted(item)) {
      this.#giveUp(item, {
        ...{ ...lastFailure, class: 'exhausted' },
        reason: `${failure.reason} after ${item.attempts} attempts`,
      });
    } else {
      this.#retryLater(item, failure);
    }
  }

  /**
   * Whether something else is to be done with it than a request: somebody has
   * decided about it, or others had given it up, so that its lane waits.
   */
  takesOver(item: QueueItem): boolean {
    if (this.#decisions.about(item) && item.problem) {
      this.options.scheduler.hold(item);
      this.#holdUp(item, item.problem);
      return true;
    }
    if (item.blockedBecause === undefined || this.hasDeadLetterTopic) {
      return false;
    }
    this.options.scheduler.hold(item);
    this.#holdUp(item, { phase: 'blocked', reason: item.blockedBecause });
    return true;
  }

  /** What people decided; replaces what they had decided before. */
  decide(decisions: readonly HeldUpDecision[]): void {
    this.#decisions.replace(decisions);
    this.#carryOutAll();
  }

  /**
   * What has failed before, or was decided, is not begun until `resume`: what it
   * came to might not be committed. What is under way ends as it would.
   */
  suspend(): void {
    this.#isSuspended = true;
  }

  resume(): void {
    this.#isSuspended = false;
    // Before what is due, which it may replace.
    this.#carryOutAll();
    const due = [...this.#due.values()];
    this.#due.clear();
    due.forEach(work => work());
  }

  /** The record waits as before: what was decided while it was under way is done now. */
  reconsider(item: QueueItem): void {
    if (item.problem) {
      this.#holdUp(item, item.problem);
    }
  }

  /** There is nothing to be done about it any more. */
  forgetDecision(decision: HeldUpDecision): void {
    this.#decisions.take(decision);
    this.options.onDecided(decision);
  }

  /** All but those on their way to the dead-letter topic are tried anew. */
  retryAll(): void {
    for (const item of this.list()) {
      const isGivenUp =
        item.problem.phase === 'blocked' && this.hasDeadLetterTopic;
      if (!isGivenUp && !this.#isUnderWay(item)) {
        this.#tryAnew(item);
      }
    }
  }

  /** It is done, or goes on. */
  forget(item: QueueItem): void {
    this.#callOff(item);
    if (item.problem) {
      this.#items.delete(item as HeldUpItem);
      item.problem = undefined;
    }
  }

  /** The partition is not held any more. */
  release(owner: PartitionState): void {
    for (const item of this.#items) {
      if (item.owner === owner) {
        this.forget(item);
      }
    }
    this.options.onUndecided(this.#decisions.giveBack(owner.partition));
  }

  /** Nothing is tried again by itself any more. */
  stop(): void {
    this.#isStopped = true;
    this.#items.forEach(item => this.#callOff(item));
  }

  get #deadLetterTopic() {
    return this.options.queue.settings.deadLetterTopic;
  }

  #isExhausted({ attempts, record }: QueueItem) {
    const { maxAttempts, maxRecordAgeMs } = this.options.queue.settings;
    return (
      attempts >= maxAttempts ||
      (maxRecordAgeMs !== undefined &&
        this.options.now() - record.timestamp > maxRecordAgeMs)
    );
  }

  #retryLater(
    item: QueueItem,
    { reason, retryAfterMs = 0 }: { reason: string; retryAfterMs?: number },
  ) {
    const { random, scheduler, onChange } = this.options;
    const delayMs = Math.max(
      retryAfterMs,
      backoffMs(Math.max(1, item.attempts), random),
    );
    this.#later(item, delayMs, () => {
      scheduler.release(item);
      onChange();
    });
    this.#holdUp(item, {
      phase: 'retrying',
      reason: `${ordinal(item.attempts + 1)} attempt, ${reason}`,
    });
  }

  #giveUp(item: QueueItem, failure: Undeliverable) {
    item.failure = failure;
    if (this.#deadLetterTopic !== undefined) {
      this.#deadLetters.write(item, this.#deadLetterTopic, failure);
      return;
    }
    this.#holdUp(item, {
      phase: 'blocked',
      reason: failure.reason + WAITS_FOR_A_PERSON,
    });
  }

  #onWritten(item: QueueItem) {
    const { onDone, onDecided, onChange, scheduler } = this.options;
    if (!item.owner.released) {
      scheduler.finishWaiting(item);
      onDone(item, 'deadLettered');
      if (item.decision) {
        onDecided(item.decision);
      }
    }
    onChange();
  }

  #onNotWritten(item: QueueItem, { reason, retry, retryInMs }: FailedWrite) {
    const { onError, onChange } = this.options;
    if (!item.owner.released) {
      onError(reason);
      this.#later(item, retryInMs, retry);
      this.#holdUp(item, { phase: 'blocked', reason });
    }
    onChange();
  }

  #later(item: QueueItem, delayMs: number, work: () => void) {
    if (!this.#isStopped) {
      item.timer = setTimeout(() => {
        if (this.#isSuspended) {
          this.#due.set(item, work);
        } else {
          work();
        }
      }, delayMs);
    }
  }

  #callOff(item: QueueItem) {
    clearTimeout(item.timer);
    this.#due.delete(item);
  }

  #carryOutAll() {
    for (const item of this.list()) {
      const decision = this.#decisions.about(item);
      if (decision) {
        this.#carryOut(decision, item);
      }
    }
  }

  /** The record is held in its lane; what was decided about it is done at once. */
  #holdUp(item: QueueItem, problem: ItemProblem) {
    detachRecord(item.record);
    this.#items.add(Object.assign(item, { problem }));
    const decision = this.#decisions.about(item);
    if (decision) {
      this.#carryOut(decision, item);
    }
  }

  #carryOut(decision: HeldUpDecision, item: QueueItem) {
    const { onDone, onRetry, onDecided, scheduler } = this.options;
    // One that is tried, or written, right now comes back if that fails.
    if (this.#isSuspended || this.#isUnderWay(item)) {
      return;
    }
    this.#decisions.take(decision);
    this.#callOff(item);
    switch (decision.action) {
      case 'retry':
        onRetry();
        this.#tryAnew(item);
        onDecided(decision);
        break;
      case 'skip':
        scheduler.finishWaiting(item);
        onDone(item, 'skipped');
        onDecided(decision);
        break;
      default:
        item.decision = decision;
        scheduler.holdBack(item);
        this.#deadLetters.write(
          item,
          decision.deadLetterTopic,
          item.failure ?? undecided(item),
        );
    }
  }

  #isUnderWay(item: QueueItem): boolean {
    return (
      !this.options.scheduler.isWaiting(item) ||
      this.#deadLetters.isWriting(item)
    );
  }

  #tryAnew(item: QueueItem) {
    this.forget(item);
    item.attempts = 0;
    item.firstFailedAtMs = undefined;
    item.lastFailure = undefined;
    item.blockedBecause = undefined;
    item.failure = undefined;
    if (item.decision) {
      // Not carried out: whoever holds the record up next does it, if it is still wanted.
      this.#decisions.reopen(item.decision);
      item.decision = undefined;
    }
    this.options.scheduler.release(item);
  }
}

/** While it is tried, or written, again, what others have said of it still holds. */
function whyBlocked({ problem, blockedBecause }: QueueItem) {
  if (!problem) {
    return blockedBecause;
  }
  return problem.phase === 'blocked' ? problem.reason : undefined;
}

/** Of a record that had not used up its attempts, or that others had given up. */
function undecided({ lastFailure }: QueueItem): Undeliverable {
  const { reason, ...rest } = lastFailure ?? { reason: '', versionRef: '' };
  return {
    ...{ ...rest, class: 'exhausted' },
    reason: reason.replace(WAITS_FOR_A_PERSON, ''),
  };
}
