import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerRecord } from '../broker/BrokerDriver';
import type { HeldUpDecision } from '../types';
import type { LaneItem } from './LaneScheduler';
import type { TrackedOffset } from './OffsetTracker';
import type { PartitionState } from './PartitionState';

/** What keeps a record from being done. */
export interface ItemProblem {
  phase: 'retrying' | 'blocked';
  /** In words, without the record's place. */
  reason: string;
}

/** Why a record was given up. */
export interface Undeliverable {
  class: 'refused' | 'poison' | 'exhausted';
  reason: string;
  /** Of the last answer; absent where there was none. */
  status?: number;
  /** The version that it was tried with. */
  versionRef: string;
}

/** A record on its way through a queue. */
export interface QueueItem extends LaneItem {
  readonly record: BrokerRecord;
  readonly tracked: TrackedOffset;
  readonly owner: PartitionState;
  /** Attempts that counted and failed. */
  attempts: number;
  firstFailedAtMs: number | undefined;
  problem: ItemProblem | undefined;
  /** Why whoever had the partition before had given it up; it is not tried again by itself. */
  blockedBecause: string | undefined;
  /** Why it was given up, while it waits for what becomes of it. */
  failure: Undeliverable | undefined;
  /** What a person decided about it, while that is being done. */
  decision: HeldUpDecision | undefined;
  /** When its request began. */
  beganAtMs: number | undefined;
  /** Milliseconds until its request was answered, or given up. */
  latencyMs: number | undefined;
  /** Whether the attempt gets a receipt. */
  receipt: 'wanted' | 'if it fails' | 'none';
  /** Gives the request under way up. */
  abort: ((reason: Error) => void) | undefined;
  /** Runs while the record waits to be tried again. */
  timer: NodeJS.Timeout | undefined;
}

/** The lane of a record. Lanes never span partitions, so that each can be lost alone. */
export function laneOf(record: BrokerRecord, ordering: Ordering): string {
  const { partition, key, offset } = record;
  if (ordering === 'none') {
    return `${partition}@${offset}`;
  }
  return ordering === 'key' && key
    ? `${partition}#${key.toString('latin1')}`
    : String(partition);
}
