import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerRecord } from '../broker/BrokerDriver';
import type { HeldUpDecision } from '../types';
import type { LaneItem } from './LaneScheduler';
import type { TrackedOffset } from './OffsetTracker';
import type { PartitionState } from './PartitionState';
import type { BlockedState } from './positionMetadata';

/** What keeps a record from being done. */
export interface ItemProblem {
  phase: 'retrying' | 'blocked';
  /** In words, without the record's place. */
  reason: string;
}

/** How the last attempt that counted has failed. */
export interface AttemptFailure {
  reason: string;
  /** Of the answer; absent where there was none. */
  status?: number;
  /** The version that it was tried with. */
  versionRef: string;
  /** The beginning of what the endpoint answered; absent: nothing that may be shown. */
  answer?: string;
}

/** Why a record was given up. */
export interface Undeliverable extends AttemptFailure {
  class: 'refused' | 'poison' | 'exhausted';
}

/** A record on its way through a queue. */
export interface QueueItem extends LaneItem {
  readonly record: BrokerRecord;
  readonly tracked: TrackedOffset;
  readonly owner: PartitionState;
  /** Attempts that counted and failed. */
  attempts: number;
  firstFailedAtMs: number | undefined;
  /** Also of a record that others had held up, as far as they told it. */
  lastFailure: AttemptFailure | undefined;
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
  /** Its last receipt says that it failed: what comes of it gets one in any case. */
  isShownAsFailed: boolean;
  /** Gives the request under way up. */
  abort: ((reason: Error) => void) | undefined;
  /** Runs while the record waits to be tried again. */
  timer: NodeJS.Timeout | undefined;
}

/** What the next owner of the partition has to know of a record that is blocked. */
export function blockedStateOf(
  { lastFailure }: QueueItem,
  because: string | undefined,
): BlockedState | undefined {
  return because === undefined
    ? undefined
    : {
        because,
        status: lastFailure?.status,
        versionRef: lastFailure?.versionRef ?? '',
      };
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
