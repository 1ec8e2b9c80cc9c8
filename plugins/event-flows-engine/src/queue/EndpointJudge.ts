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

/** Tells what is the endpoint's matter from what is a record's, and keeps requests back. */
export class EndpointJudge {
  readonly #breaker: CircuitBreaker;
  readonly #refused = new RefusedShare();
  #notFoundInARow = 0;

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
  }

  /** Whether the failure concerns the endpoint alone: the record is none the worse for it. */
  failed(request: FailedRequest): boolean {
    const { item, outcome, isCurrent, nowMs } = request;
    // What an old version makes of it says nothing about the one that is set now.
    if (!isCurrent) {
      return true;
    }
    const misconfigured = this.#misconfiguration(request);
    if (misconfigured !== undefined) {
      this.#breaker.misconfigured(item, misconfigured, nowMs);
      return true;
    }
    if (outcome.kind === 'poison') {
      // Nothing was sent.
      this.#breaker.forget(item, nowMs);
      return false;
    }
    if (outcome.kind !== 'transient' || outcome.fault === 'record') {
      this.#breaker.succeed(item);
      return false;
    }
    const isProbe = this.#breaker.isProbe(item);
    const isEndpointsFault = outcome.fault === 'endpoint';
    this.#breaker.fail(item, { ...outcome, isEndpointsFault }, nowMs);
    // A record that takes its turn as the probe may be what makes it fail.
    return this.#breaker.open !== undefined && (isEndpointsFault || !isProbe);
  }

  /** Why the endpoint, or what we know of it, has to be mended by a person. */
  #misconfiguration({
    outcome,
    hasDeadLetterTopic,
  }: FailedRequest): string | undefined {
    const isNotFound = outcome.kind === 'transient' && outcome.status === 404;
    this.#notFoundInARow = isNotFound ? this.#notFoundInARow + 1 : 0;
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
