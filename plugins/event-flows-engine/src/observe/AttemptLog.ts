import { MAX_EXCERPT_BYTES } from '../delivery/HttpDispatcher';
import {
  ATTEMPT_OUTCOMES,
  type EndpointResponse,
  type Outcome,
} from '../delivery/outcome';
import type { QueueItem } from '../queue/QueueItem';
import type { Destination } from '../queue/Destination';
import { answerExcerpt } from '../trial/answerExcerpt';
import { excerptOf } from '../trial/excerpt';
import type { AttemptCounts, QueueObservation, Receipt } from '../types';
import { bucketOf, LATENCY_BUCKETS } from './latencies';
import { TokenBucket } from './TokenBucket';

/**
 * A queue that is slower than this gets a receipt for every attempt; a faster
 * one for a sample. Twice: failures do not have to compete with what went well.
 */
const RECEIPTS = { perSecond: 5, atOnce: 50 };
/** Receipts that wait to be taken. */
const MAX_WAITING = 200;
/** Bytes of a key that a receipt shows. */
const MAX_KEY_BYTES = 128;

/** How an attempt ended. */
export interface EndedAttempt {
  item: QueueItem;
  outcome: Outcome;
  destination: Pick<Destination, 'versionRef' | 'address' | 'credentials'>;
  /** Absent: nothing was sent, or nothing was answered. */
  response?: EndpointResponse;
  nowMs: number;
}

/** Counts the attempts of a queue, and keeps receipts of some until they are taken. */
export class AttemptLog {
  #failed = 0;
  #latencies: number[] | undefined;
  #receipts: Receipt[] = [];
  readonly #wellEnded: TokenBucket;
  readonly #others: TokenBucket;

  constructor(
    private readonly options: {
      /** Shared by all queues of the engine. */
      budget: TokenBucket;
      nowMs: number;
    },
  ) {
    this.#wellEnded = new TokenBucket(RECEIPTS, options.nowMs);
    this.#others = new TokenBucket(RECEIPTS, options.nowMs);
  }

  /** Whether an attempt that begins now gets a receipt also if it ends well. */
  admits(item: QueueItem, nowMs: number): boolean {
    if (item.isShownAsFailed) {
      return true;
    }
    const bucket =
      item.firstFailedAtMs === undefined ? this.#wellEnded : this.#others;
    return this.#hasRoom && bucket.take(nowMs) && this.#budget(nowMs);
  }

  /** A request has ended. */
  ended(attempt: EndedAttempt): void {
    const { item, outcome, nowMs } = attempt;
    if (item.latencyMs !== undefined) {
      this.#latencies ??= new Array<number>(LATENCY_BUCKETS).fill(0);
      this.#latencies[bucketOf(item.latencyMs)] += 1;
    }
    const hasFailed = outcome.kind !== 'delivered';
    if (hasFailed) {
      this.#failed += 1;
    }
    if (this.#isShown(item, hasFailed, nowMs)) {
      this.#receipts.push(receiptOf(attempt));
      // Whoever reads that it failed wants to read what came of it.
      item.isShownAsFailed = hasFailed;
    }
  }

  /** A record is done without having been delivered. */
  done(item: QueueItem, by: 'deadLettered' | 'skipped', nowMs: number): void {
    const why = item.failure ?? item.lastFailure;
    if (item.isShownAsFailed || this.#admitsOther(nowMs)) {
      this.#receipts.push({
        ...placeOf(item),
        at: new Date(nowMs).toISOString(),
        attempt: item.attempts,
        outcome: by === 'skipped' ? 'skipped' : 'dead-lettered',
        ...(why && { versionRef: why.versionRef, reason: why.reason }),
      });
    }
  }

  /** What is new since it was taken last; undefined: nothing. */
  take(queueId: string): QueueObservation | undefined {
    if (!this.#latencies && this.#failed === 0 && this.#receipts.length === 0) {
      return undefined;
    }
    const attempts: AttemptCounts = {
      failed: this.#failed,
      latencies: this.#latencies ?? [],
    };
    const receipts = this.#receipts;
    this.#failed = 0;
    this.#latencies = undefined;
    this.#receipts = [];
    return { queueId, attempts, receipts };
  }

  #isShown(item: QueueItem, hasFailed: boolean, nowMs: number): boolean {
    switch (item.receipt) {
      case 'none':
        return false;
      case 'wanted':
        // Of a record that was shown as failed, only the end was admitted.
        return !(hasFailed && item.isShownAsFailed) || this.#admitsOther(nowMs);
      default:
        return hasFailed && this.#admitsOther(nowMs);
    }
  }

  get #hasRoom() {
    return this.#receipts.length < MAX_WAITING;
  }

  #admitsOther(nowMs: number) {
    return this.#hasRoom && this.#others.take(nowMs) && this.#budget(nowMs);
  }

  #budget(nowMs: number) {
    return this.options.budget.take(nowMs);
  }
}

function receiptOf(attempt: EndedAttempt): Receipt {
  const { item, outcome, destination, response, nowMs } = attempt;
  const { versionRef } = destination;
  const { beganAtMs, latencyMs } = item;
  return {
    ...placeOf(item),
    at: new Date(beganAtMs ?? nowMs).toISOString(),
    attempt: item.attempts + 1,
    outcome: ATTEMPT_OUTCOMES[outcome.kind],
    versionRef,
    ...(outcome.kind !== 'delivered' && { reason: outcome.reason }),
    ...(latencyMs !== undefined && { latencyMs }),
    ...(response && {
      status: response.status,
      answer: answerExcerpt(response, destination, MAX_EXCERPT_BYTES),
    }),
  };
}

function placeOf({ record }: QueueItem) {
  const { partition, offset, timestamp, key } = record;
  return {
    partition,
    offset: String(offset),
    ...(timestamp >= 0 && { timestamp }),
    key: key && excerptOf(key, MAX_KEY_BYTES),
  };
}
