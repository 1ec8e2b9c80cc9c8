import type { BrokerRecord } from '../broker/BrokerDriver';
import type { LaneItem } from './LaneScheduler';
import type { TrackedOffset } from './OffsetTracker';
import type { PartitionState } from './PartitionState';
import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';

/** What keeps a record from being done. */
export interface ItemProblem {
  phase: 'retrying' | 'blocked';
  /** In words, without the record's place. */
  reason: string;
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
