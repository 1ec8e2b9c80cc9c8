import type { Outcome } from '../delivery/outcome';
import { CircuitBreaker, type OpenCircuit } from './CircuitBreaker';
import type { QueueItem } from './QueueItem';
import { RefusedShare } from './RefusedShare';

/** So many records in a row that are not found say more of the endpoint than of them. */
const NOT_FOUND_IN_A_ROW = 5;

/** How a request failed, and under what circumstances. */
export interface FailedRequest {
  item: QueueItem;
  outcome: Exclude<Outcome, { kind: 'delivered' }>;
  /** It went to the version that is set now. */
  isCurrent: boolean;
  /** Refused records leave the topic for a dead-letter topic. */
  hasDeadLetterTopic: boolean;
  nowMs: number;
}

/**
 * Whose matter a failure is. The endpoint's: the record is none the worse for
 * it. The record's: an attempt is used up. Unclear: it is tried again as after
 * a failure of its own, and no attempt is used up.
 */
export type Verdict = 'endpoint' | 'record' | 'unclear';

/**
 * Tells what is the endpoint's matter from what is a record's, and keeps
 * requests back.
 *
 * A failure that could be either's counts against the record, also while the
 * circuit is open, until five different records in a row have failed: then it
 * is the endpoint's, until a record is taken, and an outage uses up no more
 * than four records however long it lasts. A record that makes the endpoint
 * fail all alone is no probe for ever: the next one is another lane's, and once
 * that was taken, failures count again. In a single lane no other is tried, so
 * all of a record's failures count there, and it is given up in the end; only
 * the fifth in a row waits, and says why, until it is taken or somebody decides.
 */
export class EndpointJudge {
  readonly #breaker: CircuitBreaker;
  readonly #refused = new RefusedShare();
  #notFoundInARow = 0;
  /** Records that were taken. */
  #taken = 0;
  /** How many that were when a record was not found the last time. */
  readonly #notFound = new WeakMap<QueueItem, number>();

  constructor(random: () => number) {
    this.#breaker = new CircuitBreaker(random);
  }

  /** Why no request begins; undefined: they do. */
  get open(): OpenCircuit | undefined {
    return this.#breaker.open;
  }

  /** When the next request may try how the endpoint is; undefined: none is waited for. */
  get probeAtMs(): number | undefined {
    return this.#breaker.probeAtMs;
  }

  mayBegin(nowMs: number): boolean {
    return this.#breaker.mayBegin(nowMs);
  }

  /** Has to be told of each request that begins. */
  begin(item: QueueItem): void {
    this.#breaker.begin(item);
  }

  /** The request will not end. */
  forget(item: QueueItem, nowMs: number): void {
    this.#breaker.forget(item, nowMs);
  }

  /** Another endpoint, or another try that somebody asked for. */
  reset(): void {
    this.#breaker.reset();
    this.#refused.clear();
    this.#notFoundInARow = 0;
  }

  delivered(item: QueueItem): void {
    if (this.#breaker.isProbe(item)) {
      this.#refused.clear();
    }
    this.#refused.add('taken');
    this.#breaker.succeed(item);
    this.#notFoundInARow = 0;
    this.#taken += 1;
  }

  failed(request: FailedRequest): Verdict {
    const { item, outcome, isCurrent, nowMs } = request;
    // What an old version makes of it says nothing about the one that is set now.
    if (!isCurrent) {
      return 'endpoint';
    }
    const misconfigured = this.#misconfiguration(request);
    if (misconfigured !== undefined) {
      this.#breaker.misconfigured(item, misconfigured, nowMs);
      return 'endpoint';
    }
    if (outcome.kind === 'poison') {
      // Nothing was sent.
      this.#breaker.forget(item, nowMs);
      return 'record';
    }
    if (outcome.kind !== 'transient' || outcome.fault === 'record') {
      this.#breaker.succeed(item);
      return this.#mayBeOfNoRecord(item, outcome) ? 'unclear' : 'record';
    }
    const isProbe = this.#breaker.isProbe(item);
    const isEndpointsFault = outcome.fault === 'endpoint';
    this.#breaker.fail(item, { ...outcome, isEndpointsFault }, nowMs);
    if (this.#breaker.open === undefined) {
      return 'record';
    }
    if (isEndpointsFault || !isProbe) {
      return 'endpoint';
    }
    return this.#breaker.failsWhateverTheRecord ? 'unclear' : 'record';
  }

  /** Whether perhaps none would be found: none was taken since this one was not found before. */
  #mayBeOfNoRecord(item: QueueItem, outcome: FailedRequest['outcome']) {
    if (!isNotFound(outcome)) {
      return false;
    }
    const takenBefore = this.#notFound.get(item) ?? this.#taken;
    this.#notFound.set(item, this.#taken);
    return takenBefore === this.#taken;
  }

  /** Why the endpoint, or what we know of it, has to be mended by a person. */
  #misconfiguration({
    outcome,
    hasDeadLetterTopic,
  }: FailedRequest): string | undefined {
    this.#notFoundInARow = isNotFound(outcome) ? this.#notFoundInARow + 1 : 0;
    if (
      outcome.kind === 'misconfigured' ||
      this.#notFoundInARow >= NOT_FOUND_IN_A_ROW
    ) {
      return outcome.reason;
    }
    if (outcome.kind === 'refused') {
      this.#refused.add('refused');
      if (hasDeadLetterTopic && this.#refused.isTooLarge) {
        return `${this.#refused.describe()}, the last one with ${outcome.reason}; the others stay in the topic until a record is taken again or the queue is edited`;
      }
    }
    return undefined;
  }
}

function isNotFound(outcome: FailedRequest['outcome']): boolean {
  return outcome.kind === 'transient' && outcome.status === 404;
}
