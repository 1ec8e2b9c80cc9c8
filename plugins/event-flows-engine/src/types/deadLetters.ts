import type { RecordPlace, TopicRecord } from './records';

/**
 * A record that could not be delivered, as it lies in a dead-letter topic.
 *
 * @public
 */
export interface DeadLetter {
  /**
   * Made of what it was and when it first failed: tells it from another one
   * that lies at the same place, in a topic that was created anew.
   */
  id: string;
  /** Number of the dead-letter topic's partition. */
  partition: number;
  /** Offset in the dead-letter topic, as text. */
  offset: string;
  /** The record as it was in its own topic. */
  record: TopicRecord;
  /** Entity ref of the version that did not take it. */
  versionRef: string;
  /** Of the last answer; absent where there was none. */
  status?: number;
  /** `refused`, `poison`, `exhausted` or `decided`. */
  class: string;
  /** What went wrong. */
  reason: string;
  /** Requests that were made for it. */
  attempts: number;
  /** ISO 8601. */
  firstFailedAt?: string;
}

/**
 * Dead letters of a group, and how far a topic was looked at for them.
 *
 * @public
 */
export interface DeadLetterPage {
  /** The latest first. */
  letters: DeadLetter[];
  /** Absent: the whole topic was looked at. */
  older?: {
    /** Where to go on: offsets below which nothing was looked at. */
    before: RecordPlace[];
    /** How many records lie there, those of other groups included; offsets are counted. */
    records: number;
  };
}

/**
 * That something was done about a dead letter.
 *
 * @public
 */
export interface LetterMark extends RecordPlace {
  /** When; ISO 8601. */
  at: string;
  /** The letter's; absent where it was marked before letters had one. */
  letterId?: string;
}

/**
 * What was purged of a dead-letter topic, or would be.
 *
 * @public
 */
export interface PurgedLetters {
  /** How many letters. */
  records: number;
  /** Of each partition that has lost some, the first offset that stays. */
  before: RecordPlace[];
}
