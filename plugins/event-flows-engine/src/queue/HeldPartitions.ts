import type { QueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import type {
  AssignedPartition,
  BrokerRecord,
  RecordBatch,
} from '../broker/BrokerDriver';
import type { MemoryBudget } from './MemoryBudget';
import type { TrackedOffset } from './OffsetTracker';
import { PartitionState, type HoldingLimits } from './PartitionState';
import { laneOf, type QueueItem } from './QueueItem';

/**
 * Of a queue: what is delivered while a read is under way, at the highest rate.
 * Records that wait for longer outlive V8's young generation, and cost more to
 * clean up than to deliver.
 */
const MIN_HELD_RECORDS = 3_000;
/** Enough for every lane that may be under way, where some have several records. */
const HELD_PER_REQUEST = 8;
/** Of all partitions together. Larger reads are delivered no sooner, and take memory anew each time. */
const MAX_READ_BYTES = 1024 * 1024;
const MIN_READ_BYTES = 64 * 1024;

/** What holding partitions depends on. */
export interface HeldPartitionsOptions {
  settings: QueueSettings;
  budget: MemoryBudget;
  /** Of the queue as it is now. */
  revision: () => number;
  /** Reading of the partition goes on, or stops, at the broker. */
  resume: (partition: number) => void;
  pause: (partition: number) => void;
  /** The partition belongs to others now. */
  onLost: (state: PartitionState) => void;
}

/** The partitions that a queue holds here, and how much of each may be held in memory. */
export class HeldPartitions {
  readonly #states = new Map<number, PartitionState>();

  constructor(private readonly options: HeldPartitionsOptions) {}

  get all(): PartitionState[] {
    return [...this.#states.values()];
  }

  get(partition: number): PartitionState | undefined {
    return this.#states.get(partition);
  }

  /** Bytes that a read may bring of each partition: half of what may be held of it, or less. */
  get readBytes(): number {
    const half = Math.ceil(this.#limits().bytes / 2);
    const share = Math.ceil(MAX_READ_BYTES / Math.max(1, this.#states.size));
    return Math.max(MIN_READ_BYTES, Math.min(share, half));
  }

  /** These partitions and no others are held from now on. */
  assign(assignment: readonly AssignedPartition[]): void {
    const assigned = new Map(assignment.map(a => [a.partition, a]));
    for (const state of this.all) {
      const now = assigned.get(state.partition);
      if (!now || state.wasMovedByOthers(now)) {
        this.#lose(state);
      }
    }
    for (const [partition, now] of assigned) {
      if (!this.#states.has(partition)) {
        const state = new PartitionState(now, this.options.revision());
        this.#states.set(partition, state);
        this.options.resume(partition);
      }
    }
  }

  /** Takes records over. A partition that is full then is paused until it is half empty. */
  receive(batch: RecordBatch, add: (item: QueueItem) => void): void {
    const { settings, budget, pause } = this.options;
    const state = this.#states.get(batch.partition);
    if (!state) {
      return;
    }
    const bytesBefore = state.bytes;
    state.receive(
      batch,
      (record, tracked) => toItem(record, tracked, state, settings.ordering),
      add,
    );
    budget.add(state.bytes - bytesBefore);
    if (!state.paused && state.isFull(this.#limits())) {
      state.paused = true;
      pause(state.partition);
    }
  }

  /** What was held up before and comes only now is tried anew. */
  forgetHeldUp(): void {
    this.all.forEach(state => state.forgetHeldUp());
  }

  /** A record is done. */
  complete(item: QueueItem): void {
    const { owner } = item;
    const bytesBefore = owner.bytes;
    owner.complete(item);
    this.options.budget.add(owner.bytes - bytesBefore);
    if (owner.paused && owner.hasRoom(this.#limits())) {
      owner.paused = false;
      this.options.resume(owner.partition);
    }
  }

  /** Holds nothing any more. */
  releaseAll(): void {
    this.all.forEach(state => this.#lose(state));
  }

  #lose(state: PartitionState) {
    this.#states.delete(state.partition);
    this.options.budget.add(-state.bytes);
    this.options.onLost(state);
  }

  #limits(): HoldingLimits {
    const { settings, budget } = this.options;
    const partitions = Math.max(1, this.#states.size);
    const records = Math.max(
      MIN_HELD_RECORDS,
      settings.concurrency * HELD_PER_REQUEST,
    );
    return {
      records: Math.ceil(records / partitions),
      bytes: Math.ceil(budget.bytesForQueue / partitions),
    };
  }
}

function toItem(
  record: BrokerRecord,
  tracked: TrackedOffset,
  owner: PartitionState,
  ordering: QueueSettings['ordering'],
): QueueItem {
  return {
    partition: record.partition,
    lane: laneOf(record, ordering),
    record,
    tracked,
    owner,
    attempts: 0,
    beganAtMs: undefined,
    latencyMs: undefined,
    receipt: 'none',
    isShownAsFailed: false,
    firstFailedAtMs: undefined,
    lastFailure: undefined,
    problem: undefined,
    blockedBecause: undefined,
    failure: undefined,
    decision: undefined,
    abort: undefined,
    timer: undefined,
  };
}
