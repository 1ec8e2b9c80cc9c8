import type { RecordBatch } from '../broker/BrokerDriver';
import type { QueueItem } from './QueueItem';
import { OffsetTracker } from './OffsetTracker';

/** Records and bytes that may be held of one partition before its reading pauses. */
export interface HoldingLimits {
  records: number;
  bytes: number;
}

/** What this replica knows of a partition that it holds. */
export class PartitionState {
  #tracker: OffsetTracker | undefined;
  #highWatermark: bigint | undefined;
  #bytes = 0;
  /** The highest position that may have been committed by us. */
  #attempted = 0n;
  #committed: bigint | undefined;
  /** The topic does not have the committed position: nothing can be read. */
  isPositionLost = false;
  /** Held no more: results of its records do not count. */
  released = false;
  /** Reading is paused at the broker. */
  paused = false;
  /** Waits for the partition to be less full. */
  onRoom: (() => void) | undefined;

  constructor(readonly partition: number) {}

  /** Records received and not done. */
  get pending(): number {
    return this.#tracker?.pending ?? 0;
  }

  get position(): bigint | undefined {
    return this.#tracker?.position;
  }

  /** Records not yet done, by the last read. */
  get lag(): number | undefined {
    return this.#tracker && this.#highWatermark !== undefined
      ? Math.max(0, Number(this.#highWatermark - this.#tracker.position))
      : undefined;
  }

  isFull({ records, bytes }: HoldingLimits): boolean {
    return this.pending >= records || this.#bytes >= bytes;
  }

  hasRoom({ records, bytes }: HoldingLimits): boolean {
    return this.pending <= records / 2 && this.#bytes <= bytes / 2;
  }

  /**
   * Whether another member had the partition in between: the committed
   * position is beyond any that we have committed.
   */
  wasMovedByOthers(committed: bigint | undefined): boolean {
    return committed !== undefined && committed > this.#attempted;
  }

  /** Takes over what is new in a batch. */
  receive(
    batch: RecordBatch,
    toItem: (index: number) => Omit<QueueItem, 'tracked'>,
    add: (item: QueueItem) => void,
  ): void {
    if (!this.#tracker) {
      this.#tracker = new OffsetTracker(batch.fetchedFrom);
      this.#attempted = this.#committed = batch.fetchedFrom;
    }
    this.#highWatermark = batch.highWatermark;
    batch.records.forEach((record, index) => {
      const tracked = this.#tracker?.receive(record.offset);
      if (tracked) {
        this.#bytes += record.value?.length ?? 0;
        add({ ...toItem(index), tracked });
      }
    });
    this.#tracker.advanceTo(batch.nextOffset);
  }

  complete(item: QueueItem): void {
    this.#bytes -= item.record.value?.length ?? 0;
    this.#tracker?.complete(item.tracked);
  }

  /** The position to commit, if there is a new one. */
  takePosition(): bigint | undefined {
    const position = this.#tracker?.position;
    if (position === undefined || position === this.#committed) {
      return undefined;
    }
    this.#attempted = position;
    return position;
  }

  markCommitted(position: bigint): void {
    this.#committed = position;
  }
}
