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

/** How long the broker's next read waits for room, before the partition pauses instead. */
const ROOM_PATIENCE_MS = 250;
const MIN_HELD_RECORDS = 2_000;

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

  /** These partitions and no others are held from now on. */
  assign(assignment: readonly AssignedPartition[]): void {
    const assigned = new Map(assignment.map(a => [a.partition, a]));
    for (const state of this.all) {
      const now = assigned.get(state.partition);
      if (!now || state.wasMovedByOthers(now.committed)) {
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

  /**
   * Takes records over.
   *
   * @returns settles when there may be room for more; undefined: there is
   */
  receive(
    batch: RecordBatch,
    add: (item: QueueItem) => void,
  ): Promise<void> | undefined {
    const { settings, budget } = this.options;
    const state = this.#states.get(batch.partition);
    if (!state) {
      return undefined;
    }
    const bytesBefore = state.bytes;
    state.receive(
      batch,
      (record, tracked) => toItem(record, tracked, state, settings.ordering),
      add,
    );
    budget.add(state.bytes - bytesBefore);
    return state.isFull(this.#limits()) ? this.#makeRoom(state) : undefined;
  }

  /** A record is done. */
  complete(item: QueueItem): void {
    const { owner } = item;
    const bytesBefore = owner.bytes;
    owner.complete(item);
    this.options.budget.add(owner.bytes - bytesBefore);
    if ((owner.onRoom || owner.paused) && owner.hasRoom(this.#limits())) {
      owner.onRoom?.();
      if (owner.paused) {
        owner.paused = false;
        this.options.resume(owner.partition);
      }
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
    state.onRoom?.();
  }

  /** Waits a moment for the partition to be less full; then it pauses. */
  async #makeRoom(state: PartitionState): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ROOM_PATIENCE_MS);
      state.onRoom = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    state.onRoom = undefined;
    if (!state.released && !state.hasRoom(this.#limits())) {
      state.paused = true;
      this.options.pause(state.partition);
    }
  }

  #limits(): HoldingLimits {
    const { settings, budget } = this.options;
    const partitions = Math.max(1, this.#states.size);
    const records = Math.max(MIN_HELD_RECORDS, settings.concurrency * 20);
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
    firstFailedAtMs: undefined,
    problem: undefined,
    blockedBecause: undefined,
    failure: undefined,
    decision: undefined,
    abort: undefined,
    timer: undefined,
  };
}
