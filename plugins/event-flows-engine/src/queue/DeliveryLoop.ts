import { visibleLine } from '@event-flows/backstage-plugin-event-flows-common';
import type { AnswerWriter, Answer } from '../delivery/AnswerWriter';
import {
  CloudEventEncoder,
  UnsendableRecordError,
  type CloudEventRequest,
} from '../delivery/CloudEventRequest';
import type { DeadLetterWriter } from '../delivery/DeadLetterWriter';
import {
  RequestAbortedError,
  type DispatchOptions,
  type DispatchResult,
  type HttpDispatcher,
} from '../delivery/HttpDispatcher';
import {
  outcomeOfError,
  outcomeOfResponse,
  type EndpointResponse,
  type Outcome,
} from '../delivery/outcome';
import type { DeliveryTarget, DesiredQueue, HeldUpDecision } from '../types';
import { Answers } from './Answers';
import { DeliveryStatistics, type DoneBy } from './DeliveryStatistics';
import {
  destinationOf,
  type Destination,
  type DestinationRules,
} from './Destination';
import type { OpenCircuit } from './CircuitBreaker';
import { EndpointJudge } from './EndpointJudge';
import { HeldUpRecords } from './HeldUpRecords';
import { LaneScheduler } from './LaneScheduler';
import type { PartitionState } from './PartitionState';
import type { QueueItem } from './QueueItem';
import { MAX_REASON_LENGTH } from './words';
import type { AttemptLog } from '../observe/AttemptLog';
import { answerLine } from '../trial/answerExcerpt';

/** What is kept of answers that nobody but a receipt looks at. */
const EXCERPTS = {
  wanted: 'all',
  'if it fails': 'failures',
  none: undefined,
} as const satisfies Record<QueueItem['receipt'], DispatchOptions['excerpt']>;

/** Characters of an answer that a dead letter tells. */
const MAX_ANSWER_LENGTH = 200;

/** What the loop works with. */
export interface DeliveryLoopOptions extends DestinationRules {
  queue: DesiredQueue;
  forwardHeaders: ReadonlySet<string>;
  dispatcher: HttpDispatcher;
  deadLetters: DeadLetterWriter;
  attempts: AttemptLog;
  answers: AnswerWriter;
  now: () => number;
  random: () => number;
  randomHex: (bytes: number) => string;
  /** A record is done. */
  onDone: (item: QueueItem) => void;
  /** Whatever was held up is tried anew, also what comes only now. */
  onAllAnew: () => void;
  /** A decision has been carried out, in memory: no position knows of it yet. */
  onDecided: (decision: HeldUpDecision) => void;
  /** Decisions that were carried out, unless a position knows of it, were in vain. */
  onUndecided: (ids: readonly string[]) => void;
}

/**
 * Takes records through their attempts until each is done: in the order of
 * their lanes, so many at once, again where that may help.
 */
export class DeliveryLoop {
  readonly heldUp: HeldUpRecords;
  readonly statistics: DeliveryStatistics;
  readonly #scheduler: LaneScheduler<QueueItem>;
  readonly #judge: EndpointJudge;
  /** Undefined: nobody wants them. */
  readonly #answers: Answers | undefined;
  /** Records that were received and are not done. */
  #inFlight = 0;
  /** Records that requests are under way for. */
  readonly #requested = new Set<QueueItem>();
  readonly #onIdle = new Set<() => void>();
  #destination: ReturnType<typeof destinationOf>;
  /** For the destination of now. */
  #encoder: CloudEventEncoder | undefined;
  #clusterId = '';
  #isSuspended = true;
  #isStopped = false;
  #isPumping = false;
  /** Runs until a request may try how the endpoint is. */
  #probeTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: DeliveryLoopOptions) {
    const { queue, now, random } = options;
    this.statistics = new DeliveryStatistics(now);
    this.#scheduler = new LaneScheduler(queue.settings.concurrency);
    this.#judge = new EndpointJudge(random);
    if (queue.outputTopic !== undefined) {
      this.#answers = new Answers(queue.outputTopic, options.answers);
    }
    this.#destination = destinationOf(queue.target, options);
    this.heldUp = new HeldUpRecords({
      ...options,
      scheduler: this.#scheduler,
      onDone: (item, by) => this.#done(item, by),
      onChange: () => this.#pump(),
      onError: reason => this.statistics.failed(reason),
      onRetry: () => this.#judge.reset(),
    });
  }

  get counters() {
    return this.statistics.counters(this.#inFlight);
  }

  /** Why no requests begin, whatever the records. */
  get open(): OpenCircuit | undefined {
    return this.#destination.kind === 'unavailable'
      ? { why: 'misconfigured', reason: this.#destination.reason }
      : this.#judge.open;
  }

  /** The version that requests go to. */
  get versionRef(): string | undefined {
    return this.#destination.kind === 'version'
      ? this.#destination.versionRef
      : undefined;
  }

  /** Requests that begin from now on go there; what was stopped is tried again. */
  setTarget(target: DeliveryTarget): void {
    this.#judge.reset();
    this.#destination = destinationOf(target, this.options);
    this.#encoder = undefined;
    if (this.#destination.kind === 'version') {
      this.heldUp.retryAll();
      this.options.onAllAnew();
      this.#pump();
    }
  }

  /** What people decided about held-up records; replaces what they had decided before. */
  decide(decisions: readonly HeldUpDecision[]): void {
    this.heldUp.decide(decisions);
    this.#pump();
  }

  /** Nothing begins until `resume`. */
  suspend(): void {
    this.#isSuspended = true;
    this.heldUp.suspend();
  }

  resume(clusterId: string): void {
    this.#clusterId = clusterId;
    this.#encoder = undefined;
    this.#isSuspended = false;
    this.heldUp.resume();
    this.#pump();
  }

  /** This replica holds nothing: what it knows of the endpoint is of no use. */
  forgetEndpoint(): void {
    this.#judge.reset();
  }

  add(item: QueueItem): void {
    this.statistics.read();
    this.#inFlight += 1;
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
    this.heldUp.release(owner);
    this.statistics.unread(owner.pending);
    this.#inFlight -= owner.pending;
    for (const item of this.#requested) {
      if (item.owner === owner) {
        this.#judge.forget(item, this.options.now());
        item.abort?.(new RequestAbortedError('the partition was lost'));
      }
    }
    this.#tellIdle();
  }

  /**
   * Begins nothing any more, and resolves when what is under way has ended or
   * the time is over; what is left then is given up.
   */
  async stop(drainTimeoutMs: number): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#probeTimer);
    this.heldUp.stop();
    await this.whenIdle(drainTimeoutMs);
    this.#requested.forEach(item =>
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
    return this.#scheduler.underWay + this.heldUp.writing === 0;
  }

  /** A loop and not a recursion: an attempt may end before it returns. */
  #pump() {
    if (this.#isPumping) {
      return;
    }
    this.#isPumping = true;
    try {
      while (this.#mayBegin()) {
        const item = this.#scheduler.next();
        if (!item) {
          break;
        }
        this.#begin(item);
      }
    } finally {
      this.#isPumping = false;
    }
    this.#awaitProbe();
    this.#tellIdle();
  }

  #tellIdle() {
    if (this.#onIdle.size > 0 && this.#isIdle) {
      this.#onIdle.forEach(resolve => resolve());
      this.#onIdle.clear();
    }
  }

  #awaitProbe() {
    clearTimeout(this.#probeTimer);
    const { probeAtMs } = this.#judge;
    const isOfUse =
      !this.#isStopped && !this.#isSuspended && this.#scheduler.hasReady;
    if (probeAtMs !== undefined && isOfUse) {
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
      this.#destination.kind === 'version' &&
      (!this.#judge.open || this.#judge.mayBegin(this.options.now()))
    );
  }

  #begin(item: QueueItem) {
    if (this.#destination.kind === 'unavailable') {
      this.#scheduler.giveBack(item);
    } else if (!this.heldUp.takesOver(item)) {
      this.#attempt(item, this.#destination);
    }
  }

  #attempt(item: QueueItem, destination: Destination) {
    const { queue, dispatcher, now } = this.options;
    const nowMs = now();
    this.#judge.begin(item);
    item.beganAtMs = undefined;
    item.latencyMs = undefined;
    item.receipt = this.#receiptFor(item, nowMs);
    const kept = this.#answers?.keptOf(item, destination);
    if (kept) {
      this.#requested.add(item);
      void this.#publish(item, destination, kept);
      return;
    }
    try {
      this.#encoder ??= this.#createEncoder(destination);
      const request = this.#encoder.encode(item.record);
      this.#requested.add(item);
      item.beganAtMs = nowMs;
      item.abort = dispatcher.send(
        {
          endpoint: destination.address,
          request,
          timeoutMs: queue.settings.timeoutMs,
          keepBody:
            destination.failurePointer !== undefined ||
            this.#answers !== undefined,
          excerpt: EXCERPTS[item.receipt],
        },
        result => this.#settle(item, destination, request, result),
      );
    } catch (error) {
      if (!(error instanceof UnsendableRecordError)) {
        throw error;
      }
      const { message: reason } = error;
      this.#fail(item, { kind: 'poison', reason }, destination);
    }
  }

  #receiptFor(item: QueueItem, nowMs: number): QueueItem['receipt'] {
    const { queue, attempts } = this.options;
    if (!queue.receipts) {
      return 'none';
    }
    return attempts.admits(item, nowMs) ? 'wanted' : 'if it fails';
  }

  #createEncoder({ credentials }: Destination) {
    const { queue, forwardHeaders, randomHex } = this.options;
    const clusterId = this.#clusterId;
    const { topic } = queue;
    return new CloudEventEncoder({
      ...{ clusterId, topic, forwardHeaders, credentials, randomHex },
    });
  }

  #settle(
    item: QueueItem,
    destination: Destination,
    request: CloudEventRequest,
    result: DispatchResult,
  ) {
    item.abort = undefined;
    this.#requested.delete(item);
    if (item.owner.released) {
      return;
    }
    if (item.beganAtMs !== undefined) {
      item.latencyMs = this.options.now() - item.beganAtMs;
    }
    if ('error' in result && result.error instanceof RequestAbortedError) {
      // We stopped; the record is delivered when the queue runs again.
      this.#scheduler.giveBack(item);
    } else {
      this.#answered(item, destination, request, result);
    }
    this.#pump();
  }

  #answered(
    item: QueueItem,
    destination: Destination,
    request: CloudEventRequest,
    result: DispatchResult,
  ) {
    const outcome = this.#outcomeOf(destination, result);
    const answers = this.#answers;
    const response = 'response' in result ? result.response : undefined;
    if (!answers || !response || outcome.kind !== 'delivered') {
      this.#conclude(item, destination, outcome, response);
      return;
    }
    if (response.truncated) {
      const refused = answers.refuseTruncated(response, destination.host);
      this.#conclude(item, destination, refused, response);
      return;
    }
    const answer = answers.answerOf(response, request, destination);
    if (answer) {
      this.#requested.add(item);
      void this.#publish(item, destination, answer, response);
    } else {
      this.#conclude(item, destination, outcome, response);
    }
  }

  /** The record keeps its lane, so that answers are in the order of their inputs. */
  async #publish(
    item: QueueItem,
    destination: Destination,
    answer: Answer,
    response?: EndpointResponse,
  ) {
    const outcome = await this.#answers?.publish(item, destination, answer);
    this.#requested.delete(item);
    if (!outcome || item.owner.released) {
      return;
    }
    if (this.#isStopped && outcome.kind !== 'delivered') {
      this.#scheduler.giveBack(item);
    } else {
      this.#conclude(item, destination, outcome, response);
    }
    this.#pump();
  }

  #outcomeOf(destination: Destination, result: DispatchResult): Outcome {
    const context = {
      host: destination.host,
      failurePointer: destination.failurePointer,
      nowMs: this.options.now(),
    };
    return 'error' in result
      ? outcomeOfError(result.error, context)
      : outcomeOfResponse(result.response, context);
  }

  #conclude(
    item: QueueItem,
    destination: Destination,
    outcome: Outcome,
    response?: EndpointResponse,
  ) {
    if (outcome.kind === 'delivered') {
      const nowMs = this.options.now();
      this.options.attempts.ended({
        item,
        outcome,
        destination,
        response,
        nowMs,
      });
      // What an old version takes says nothing about the one that is set now.
      if (destination === this.#destination) {
        this.#judge.delivered(item);
      }
      this.#scheduler.finish(item);
      this.#done(item, 'delivered', nowMs);
    } else {
      this.#fail(item, outcome, destination, response);
    }
  }

  #fail(
    item: QueueItem,
    failure: Exclude<Outcome, { kind: 'delivered' }>,
    destination: Destination,
    response?: EndpointResponse,
  ) {
    const outcome = {
      ...failure,
      // Part of it may come from the endpoint or from the catalog.
      reason: visibleLine(failure.reason, MAX_REASON_LENGTH),
    };
    this.statistics.failed(outcome.reason);
    const nowMs = this.options.now();
    this.options.attempts.ended({
      ...{ item, outcome, destination, response, nowMs },
    });
    const verdict = this.#judge.failed({
      ...{ item, outcome, nowMs },
      isCurrent: destination === this.#destination,
      hasDeadLetterTopic: this.heldUp.hasDeadLetterTopic,
    });
    if (verdict === 'endpoint' || outcome.kind === 'misconfigured') {
      // No attempt is used up.
      this.#scheduler.giveBack(item);
      this.heldUp.reconsider(item);
    } else {
      const isShown = response && this.options.queue.receipts;
      this.heldUp.fail(item, outcome, {
        isCounted: verdict === 'record',
        versionRef: destination.versionRef,
        ...(isShown && {
          answer: answerLine(response, destination, MAX_ANSWER_LENGTH),
        }),
      });
    }
  }

  #done(item: QueueItem, by: DoneBy, nowMs = this.options.now()) {
    this.statistics.done(by, nowMs);
    if (by !== 'delivered' && this.options.queue.receipts) {
      this.options.attempts.done(item, by, nowMs);
    }
    this.#inFlight -= 1;
    this.heldUp.forget(item);
    this.options.onDone(item);
  }
}
