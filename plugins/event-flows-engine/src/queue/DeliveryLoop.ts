import type { QueueCounters } from '@event-flows/backstage-plugin-event-flows-common';
import { displayHost, type AddressPolicy } from '../address/AddressPolicy';
import {
  createCloudEventRequest,
  UnsendableRecordError,
} from '../delivery/CloudEventRequest';
import type {
  DeadLetterCause,
  DeadLetterWriter,
} from '../delivery/DeadLetterWriter';
import {
  RequestAbortedError,
  type DispatchResult,
  type HttpDispatcher,
} from '../delivery/HttpDispatcher';
import {
  outcomeOfError,
  outcomeOfResponse,
  type Outcome,
} from '../delivery/outcome';
import type { DeliveryTarget, DesiredQueue } from '../types';
import { backoffMs } from './Backoff';
import { CircuitBreaker } from './CircuitBreaker';
import { LaneScheduler } from './LaneScheduler';
import type { PartitionState } from './PartitionState';
import type { QueueItem } from './QueueItem';
import { RateMeter } from './RateMeter';
import { ordinal, placeOf } from './words';

/** So many records in a row that are not found say more of the endpoint than of them. */
const NOT_FOUND_IN_A_ROW = 5;

/** What the loop works with. */
export interface DeliveryLoopOptions {
  queue: DesiredQueue;
  policy: AddressPolicy;
  credentials: (endpoint: URL) => Record<string, string>;
  forwardHeaders: ReadonlySet<string>;
  dispatcher: HttpDispatcher;
  /** Absent: what cannot be delivered stops its lane. */
  deadLetters: DeadLetterWriter | undefined;
  now: () => number;
  random: () => number;
  randomHex: (bytes: number) => string;
  /** A record is done. */
  onDone: (item: QueueItem) => void;
}

type Undeliverable = {
  class: 'refused' | 'poison' | 'exhausted';
  reason: string;
  status?: number;
};

/** A version that requests go to. */
interface Destination {
  url: URL;
  host: string;
  versionRef: string;
  failurePointer?: string;
  credentials: Record<string, string>;
}

/**
 * Takes records through their attempts until each is done: in the order of
 * their lanes, so many at once, again where that may help.
 */
export class DeliveryLoop {
  readonly #scheduler: LaneScheduler<QueueItem>;
  readonly #breaker: CircuitBreaker;
  /** Runs until the breaker lets a probe through. */
  #probeTimer: NodeJS.Timeout | undefined;
  readonly #rate: RateMeter;
  /** Every record that was received and is not done. */
  readonly #items = new Set<QueueItem>();
  readonly #troubled = new Set<QueueItem>();
  readonly #counts = { read: 0, delivered: 0, deadLettered: 0, skipped: 0 };
  #destination: Destination | undefined;
  #unavailable: string | undefined;
  #clusterId = '';
  #isSuspended = true;
  #isStopped = false;
  #isPumping = false;
  #writing = 0;
  #notFoundInARow = 0;
  #lastDeliveredAtMs: number | undefined;
  #lastError: { at: string; message: string } | undefined;
  readonly #onIdle = new Set<() => void>();

  constructor(private readonly options: DeliveryLoopOptions) {
    const { queue, now, random } = options;
    this.#scheduler = new LaneScheduler(queue.settings.concurrency);
    this.#breaker = new CircuitBreaker(random);
    this.#rate = new RateMeter(now);
    this.setTarget(queue.target);
  }

  /** At every moment, read = delivered + deadLettered + skipped + inFlight. */
  get counters(): QueueCounters {
    return { ...this.#counts, inFlight: this.#items.size };
  }

  get status() {
    return {
      /** Why no requests begin, whatever the records. */
      open: this.#unavailable
        ? ({ why: 'misconfigured', reason: this.#unavailable } as const)
        : this.#breaker.open,
      versionRef: this.#destination?.versionRef,
      deliveredPerSecond: this.#rate.perSecond(),
      lastDeliveredAtMs: this.#lastDeliveredAtMs,
      lastError: this.#lastError,
    };
  }

  /** Records that are held up, those that stop their lane first. */
  troubled(): QueueItem[] {
    return [...this.#troubled].sort(
      (a, b) =>
        Number(b.problem?.phase === 'blocked') -
          Number(a.problem?.phase === 'blocked') ||
        a.partition - b.partition ||
        Number(a.record.offset - b.record.offset),
    );
  }

  /** Requests that begin from now on go there; what was stopped is tried again. */
  setTarget(target: DeliveryTarget): void {
    this.#breaker.reset();
    this.#notFoundInARow = 0;
    this.#destination = undefined;
    this.#unavailable = undefined;
    if (target.kind === 'unavailable') {
      this.#unavailable = target.reason;
      return;
    }
    const { endpoint, versionRef, failurePointer } = target;
    if (!this.options.policy.isEndpointAllowed(endpoint)) {
      this.#unavailable = `The endpoint of ${versionRef} is not allowed; an operator can add it to eventFlows.endpoints.allow`;
      return;
    }
    const url = new URL(endpoint);
    const credentials = this.options.credentials(url);
    const host = displayHost(url);
    this.#destination = { url, host, versionRef, failurePointer, credentials };
    this.#retryBlocked();
    this.#pump();
  }

  /** Nothing begins until `resume`. */
  suspend(): void {
    this.#isSuspended = true;
  }

  resume(clusterId: string): void {
    this.#clusterId = clusterId;
    this.#isSuspended = false;
    this.#pump();
  }

  add(item: QueueItem): void {
    this.#counts.read += 1;
    this.#items.add(item);
    this.#scheduler.add(item);
  }

  /** To be called after records were added. */
  begin(): void {
    this.#pump();
  }

  /** Forgets the records of a partition that is not held any more. */
  release(owner: PartitionState): void {
    owner.released = true;
    this.#scheduler.drop(owner.partition);
    for (const item of this.#items) {
      if (item.owner === owner) {
        this.#counts.read -= 1;
        this.#forget(item);
        this.#breaker.forget(item, this.options.now());
        item.abort?.(new RequestAbortedError('the partition was lost'));
      }
    }
  }

  /**
   * Begins nothing any more, and resolves when what is under way has ended or
   * the time is over; what is left then is given up.
   */
  async stop(drainTimeoutMs: number): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#probeTimer);
    this.#items.forEach(item => clearTimeout(item.timer));
    await this.whenIdle(drainTimeoutMs);
    this.#items.forEach(item =>
      item.abort?.(new RequestAbortedError('the queue was stopped')),
    );
  }

  /** Resolves when nothing is under way, or the time is over. */
  async whenIdle(timeoutMs: number): Promise<void> {
    if (this.#isIdle) {
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>(resolve => {
      timer = setTimeout(resolve, timeoutMs);
      this.#onIdle.add(resolve);
    });
    clearTimeout(timer);
  }

  get #isIdle() {
    return this.#scheduler.underWay + this.#writing === 0;
  }

  /** A loop and not a recursion: an attempt may end before it returns. */
  #pump() {
    if (this.#isPumping) {
      return;
    }
    this.#isPumping = true;
    while (this.#mayBegin()) {
      const item = this.#scheduler.next();
      if (!item) {
        break;
      }
      this.#attempt(item);
    }
    this.#isPumping = false;
    this.#awaitProbe();
    if (this.#onIdle.size > 0 && this.#isIdle) {
      this.#onIdle.forEach(resolve => resolve());
      this.#onIdle.clear();
    }
  }

  #awaitProbe() {
    clearTimeout(this.#probeTimer);
    const { probeAtMs } = this.#breaker;
    if (probeAtMs !== undefined && !this.#isStopped) {
      this.#probeTimer = setTimeout(
        () => this.#pump(),
        Math.max(0, probeAtMs - this.options.now()),
      );
    }
  }

  #mayBegin() {
    return (
      !this.#isStopped &&
      !this.#isSuspended &&
      this.#destination !== undefined &&
      this.#breaker.mayBegin(this.options.now())
    );
  }

  #attempt(item: QueueItem) {
    const destination = this.#destination;
    if (!destination) {
      this.#scheduler.giveBack(item);
      return;
    }
    const { queue, dispatcher, forwardHeaders, randomHex } = this.options;
    this.#breaker.begin(item);
    try {
      const request = createCloudEventRequest(item.record, {
        clusterId: this.#clusterId,
        topic: queue.topic,
        forwardHeaders,
        credentials: destination.credentials,
        randomHex,
      });
      item.abort = dispatcher.send(
        {
          endpoint: destination.url,
          request,
          timeoutMs: queue.settings.timeoutMs,
          keepBody: destination.failurePointer !== undefined,
        },
        result => this.#settle(item, destination, result),
      );
    } catch (error) {
      if (!(error instanceof UnsendableRecordError)) {
        throw error;
      }
      this.#conclude(
        item,
        { kind: 'poison', reason: error.message },
        destination,
      );
    }
  }

  #settle(item: QueueItem, destination: Destination, result: DispatchResult) {
    item.abort = undefined;
    if (item.owner.released) {
      return;
    }
    if ('error' in result && result.error instanceof RequestAbortedError) {
      // We stopped; the record is delivered when the queue runs again.
      this.#scheduler.giveBack(item);
    } else {
      const context = {
        host: destination.host,
        failurePointer: destination.failurePointer,
        nowMs: this.options.now(),
      };
      const outcome =
        'error' in result
          ? outcomeOfError(result.error, context)
          : outcomeOfResponse(result.response, context);
      this.#conclude(item, outcome, destination);
    }
    this.#pump();
  }

  #conclude(item: QueueItem, outcome: Outcome, destination: Destination) {
    if (outcome.kind === 'delivered') {
      this.#breaker.succeed(item);
      this.#notFoundInARow = 0;
      this.#lastDeliveredAtMs = this.options.now();
      this.#rate.add();
      this.#scheduler.finish(item);
      this.#done(item, 'delivered');
      return;
    }
    this.#note(outcome.reason);
    if (this.#isEndpointsMatter(item, outcome, destination)) {
      // The record is none the worse for it: no attempt is used up.
      this.#scheduler.giveBack(item);
      return;
    }
    item.attempts += 1;
    item.firstFailedAtMs ??= this.options.now();
    this.#scheduler.hold(item);
    if (outcome.kind !== 'transient') {
      this.#undeliverable(item, destination, {
        class: outcome.kind === 'poison' ? 'poison' : 'refused',
        reason: outcome.reason,
        status: outcome.kind === 'refused' ? outcome.status : undefined,
      });
    } else if (this.#isExhausted(item)) {
      this.#undeliverable(item, destination, {
        class: 'exhausted',
        reason: `${outcome.reason} after ${item.attempts} attempts`,
        status: outcome.status,
      });
    } else {
      this.#retryLater(item, outcome);
    }
  }

  /** Tells the breaker how a request failed, and whether it concerns the endpoint alone. */
  #isEndpointsMatter(
    item: QueueItem,
    outcome: Exclude<Outcome, { kind: 'delivered' }>,
    destination: Destination,
  ): boolean {
    const isNotFound = outcome.kind === 'transient' && outcome.status === 404;
    this.#notFoundInARow = isNotFound ? this.#notFoundInARow + 1 : 0;
    const isMisconfigured =
      outcome.kind === 'misconfigured' ||
      this.#notFoundInARow >= NOT_FOUND_IN_A_ROW;
    // What an old version answered says nothing about the one that is set now.
    if (destination !== this.#destination) {
      return isMisconfigured;
    }
    const nowMs = this.options.now();
    const isProbe = this.#breaker.isProbe(item);
    if (isMisconfigured) {
      this.#breaker.misconfigured(item, outcome.reason, nowMs);
      return true;
    }
    if (outcome.kind === 'poison') {
      // Nothing was sent.
      this.#breaker.forget(item, nowMs);
      return false;
    }
    if (outcome.kind === 'refused' || outcome.fault === 'record') {
      this.#breaker.succeed(item);
      return false;
    }
    const isEndpointsFault = outcome.fault === 'endpoint';
    this.#breaker.fail(item, { ...outcome, isEndpointsFault }, nowMs);
    // A record that takes its turn as the probe may be what makes it fail.
    return this.#breaker.open !== undefined && (isEndpointsFault || !isProbe);
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
    this.#trouble(item, {
      phase: 'retrying',
      reason: `${ordinal(item.attempts + 1)} attempt, ${reason}`,
    });
    const delayMs = Math.max(
      retryAfterMs,
      backoffMs(item.attempts, this.options.random),
    );
    this.#later(item, delayMs, () => {
      this.#scheduler.release(item);
      this.#pump();
    });
  }

  #undeliverable(
    item: QueueItem,
    destination: Destination,
    failure: Undeliverable,
  ) {
    const { queue, deadLetters, now } = this.options;
    if (!deadLetters) {
      this.#trouble(item, {
        phase: 'blocked',
        reason: `${failure.reason}; no dead-letter topic is set, so this lane waits`,
      });
      return;
    }
    const cause: DeadLetterCause = {
      group: queue.groupId,
      topic: queue.topic,
      algorithmRef: queue.algorithmRef,
      versionRef: destination.versionRef,
      status: failure.status,
      class: failure.class,
      message: failure.reason,
      attempts: item.attempts,
      firstFailedAtMs: item.firstFailedAtMs ?? now(),
    };
    this.#deadLetter(item, deadLetters, cause, 1);
  }

  #deadLetter(
    item: QueueItem,
    deadLetters: DeadLetterWriter,
    cause: DeadLetterCause,
    tries: number,
  ) {
    this.#writing += 1;
    deadLetters
      .write(item.record, cause)
      .then(
        () => {
          if (!item.owner.released) {
            this.#scheduler.finishHeld(item);
            this.#done(item, 'deadLettered');
          }
        },
        (error: Error) => {
          if (item.owner.released) {
            return;
          }
          const reason = `${cause.message}; the dead-letter topic could not be written: ${error.message}`;
          this.#note(reason);
          this.#trouble(item, { phase: 'blocked', reason });
          this.#later(item, backoffMs(tries, this.options.random), () =>
            this.#deadLetter(item, deadLetters, cause, tries + 1),
          );
        },
      )
      .finally(() => {
        this.#writing -= 1;
        this.#pump();
      });
  }

  #later(item: QueueItem, delayMs: number, work: () => void) {
    if (!this.#isStopped) {
      item.timer = setTimeout(work, delayMs);
    }
  }

  /** Blocked records without a timer have nothing else to wait for. */
  #retryBlocked() {
    for (const item of this.#troubled) {
      if (item.problem?.phase === 'blocked' && !this.options.deadLetters) {
        item.attempts = 0;
        item.firstFailedAtMs = undefined;
        this.#untrouble(item);
        this.#scheduler.release(item);
      }
    }
  }

  #done(item: QueueItem, how: 'delivered' | 'deadLettered') {
    this.#counts[how] += 1;
    this.#forget(item);
    this.options.onDone(item);
  }

  #forget(item: QueueItem) {
    clearTimeout(item.timer);
    this.#items.delete(item);
    this.#troubled.delete(item);
  }

  #trouble(item: QueueItem, problem: QueueItem['problem']) {
    item.problem = problem;
    this.#troubled.add(item);
  }

  #untrouble(item: QueueItem) {
    item.problem = undefined;
    this.#troubled.delete(item);
  }

  #note(message: string) {
    this.#lastError = {
      at: new Date(this.options.now()).toISOString(),
      message,
    };
  }
}

/** What is said of a record that is held up. */
export function describeProblem(item: QueueItem): string {
  return item.problem?.phase === 'blocked'
    ? `${placeOf(item.record)}: ${item.problem.reason}`
    : (item.problem?.reason ?? '');
}
