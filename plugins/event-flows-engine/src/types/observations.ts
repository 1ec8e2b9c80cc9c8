import type { DeliveryTrial, Excerpt } from './records';

/**
 * How requests ended, over some time.
 *
 * @public
 */
export interface AttemptCounts {
  /** Attempts after which the record was not delivered, whoever's matter that was. */
  failed: number;
  /**
   * How many took how long, in buckets that grow; see `latencyAt`. Empty: no
   * request has ended.
   */
  latencies: number[];
}

/**
 * How one attempt to deliver a record ended, or how the record was done without
 * having been delivered.
 *
 * @public
 */
export interface Receipt {
  /** Number of the partition. */
  partition: number;
  /** As text: offsets are 64 bits wide. */
  offset: string;
  /** Of the record, in milliseconds since the epoch; absent where it has none. */
  timestamp?: number;
  /** Of the record. */
  key: Excerpt | null;
  /** When the attempt began, or the record was done; ISO 8601. */
  at: string;
  /** Which attempt it was, of those that count; 1 is the first. */
  attempt: number;
  /** As in a {@link DeliveryTrial}, or what became of the record in the end. */
  outcome: DeliveryTrial['outcome'] | 'dead-lettered' | 'skipped';
  /** Why it was not delivered. */
  reason?: string;
  /** Entity ref of the version that the request went to. */
  versionRef?: string;
  /** Of the answer; absent where there was none. */
  status?: number;
  /** Milliseconds from the request to the end of the answer; absent: nothing was sent. */
  latencyMs?: number;
  /** The body of the answer; absent where there was none. */
  answer?: Excerpt;
}

/**
 * What was observed of one queue since it was asked for last.
 *
 * @public
 */
export interface QueueObservation {
  /** The id of the queue. */
  queueId: string;
  /** All attempts. */
  attempts: AttemptCounts;
  /**
   * In the order in which the attempts ended. Of a queue that makes more than
   * five attempts a second over some time, a sample; of failures another one.
   */
  receipts: Receipt[];
}
