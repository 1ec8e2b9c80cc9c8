import type {
  AssignedPartition,
  BrokerRecord,
  RecordBatch,
} from '../broker/BrokerDriver';
import { detachRecord } from './detachRecord';
import { OffsetTracker, type TrackedOffset } from './OffsetTracker';
import { InheritedRecords } from './InheritedRecords';
import {
  decodePositionMetadata,
  encodePositionMetadata,
  type HeldUpState,
  type PositionMetadata,
} from './positionMetadata';
import type { QueueItem } from './QueueItem';

/** Commits that are remembered while none is confirmed: a minute of them. */
const MAX_UNCONFIRMED = 64;

/** Records and bytes that may be held of one partition before its reading pauses. */
export interface HoldingLimits {
  records: number;
  bytes: number;
}

/** A position that can be committed, with what has to be known from there on. */
export interface CommittablePosition {
  offset: bigint;
  metadata: string;
}

/** Reads whose records are not done yet, as a rule: they are kept as they came. */
const YOUNG_READS = 2;

/** What this replica knows of a partition that it holds. */
export class PartitionState {
  readonly partition: number;
  #tracker: OffsetTracker | undefined;
  #highWatermark: bigint | undefined;
  #lastTimestamp: number | undefined;
  #bytes = 0;
  /** What is not done of the last reads; older records have bytes of their own. */
  readonly #young: Array<Set<QueueItem>> = [];
  /** The highest position that may have been committed by us. */
  #attempted = 0n;
  #committed: CommittablePosition | undefined;
  /** What was sent since then, and may have arrived though nothing said so. */
  readonly #unconfirmed: CommittablePosition[] = [];
  /** As the one who had the partition before left it. */
  readonly #before: PositionMetadata | undefined;
  readonly #inherited: InheritedRecords;
  /** The topic does not have the committed position: nothing can be read. */
  isPositionLost = false;
  /** Held no more: results of its records do not count. */
  released = false;
  /** Reading is paused at the broker. */
  paused = false;

  /** @param revision - of the queue; what was held up under another one is tried anew */
  constructor(
    { partition, committed, metadata }: AssignedPartition,
    revision: number,
  ) {
    this.partition = partition;
    if (committed !== undefined) {
      this.#committed = { offset: committed, metadata };
      this.#attempted = committed;
      this.#before = decodePositionMetadata(committed, metadata);
    }
    this.#inherited = new InheritedRecords(this.#before?.heldUp ?? [], {
      isAnew: this.#before?.revision !== revision,
    });
  }

  /** Records received and not done. */
  get pending(): number {
    return this.#tracker?.pending ?? 0;
  }

  /** Bytes that the records received and not done take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Of the next record to be done, as far as it is known. */
  get position(): bigint | undefined {
    return this.#tracker?.position ?? this.#committed?.offset;
  }

  /** Records not yet done, by the last read. */
  get lag(): number | undefined {
    return this.#tracker && this.#highWatermark !== undefined
      ? Math.max(0, Number(this.#highWatermark - this.#tracker.position))
      : undefined;
  }

  /**
   * Timestamp of the oldest record that is not done, as far as it is known: of
   * one that was not received yet, that of the last one before it.
   */
  get oldestTimestamp(): number | undefined {
    return this.lag
      ? (this.#tracker?.first?.timestamp ?? this.#lastTimestamp)
      : undefined;
  }

  isFull({ records, bytes }: HoldingLimits): boolean {
    return this.pending >= records || this.#bytes >= bytes;
  }

  hasRoom({ records, bytes }: HoldingLimits): boolean {
    return this.pending <= records / 2 && this.#bytes <= bytes / 2;
  }

  /**
   * Whether what is committed is nothing that we have committed: another member
   * had the partition in between, and did perhaps much beyond a position that
   * has stayed; or the topic was created anew and Kafka has forgotten it.
   */
  wasMovedByOthers({
    committed,
    metadata,
  }: Pick<AssignedPartition, 'committed' | 'metadata'>): boolean {
    const known = this.#committed;
    if (committed === undefined) {
      return known !== undefined;
    }
    if (
      committed > this.#attempted ||
      (known !== undefined && committed < known.offset)
    ) {
      return true;
    }
    // Without a word beside it, nobody has done anything beyond the position.
    return metadata !== '' && !this.#isOurs({ offset: committed, metadata });
  }

  /** Takes over what is new in a batch. */
  receive(
    batch: RecordBatch,
    toItem: (record: BrokerRecord, tracked: TrackedOffset) => QueueItem,
    add: (item: QueueItem) => void,
  ): void {
    const tracker = (this.#tracker ??= this.#startTracking(batch.fetchedFrom));
    this.#highWatermark = batch.highWatermark;
    if (batch.records.length > 0) {
      const received = this.#beginRead();
      for (const record of batch.records) {
        this.#lastTimestamp = record.timestamp;
        const tracked = tracker.receive(record.offset, record.timestamp);
        if (tracked) {
          this.#bytes += sizeOf(record);
          const item = this.#inherited.receive(toItem(record, tracked));
          received.add(item);
          add(item);
        }
      }
    }
    tracker.advanceTo(batch.nextOffset);
  }

  complete(item: QueueItem): void {
    this.#bytes -= sizeOf(item.record);
    this.#young.some(read => read.delete(item));
    this.#tracker?.complete(item.tracked);
    this.#inherited.forget(item);
  }

  /** What was held up before and comes only now is tried anew. */
  forgetHeldUp(): void {
    this.#inherited.forgetComing();
  }

  /** What is to be committed, if it is not what was committed last. */
  takePosition(
    heldUp: readonly HeldUpState[],
    revision: number,
  ): CommittablePosition | undefined {
    // Of a topic that was created anew it would be a position like any other.
    if (!this.#tracker || this.isPositionLost) {
      return undefined;
    }
    const offset = this.#tracker.position;
    const metadata = encodePositionMetadata(offset, {
      revision,
      done: this.#tracker.doneBeyond(),
      heldUp: this.#inherited.statesWith(heldUp),
    });
    if (
      offset === this.#committed?.offset &&
      metadata === this.#committed.metadata
    ) {
      return undefined;
    }
    this.#attempted = offset;
    this.#unconfirmed.push({ offset, metadata });
    // Older ones, then, count as somebody else's: some records are repeated.
    this.#unconfirmed.splice(0, this.#unconfirmed.length - MAX_UNCONFIRMED);
    return { offset, metadata };
  }

  markCommitted(position: CommittablePosition): void {
    this.#committed = position;
    this.#unconfirmed.length = 0;
  }

  #isOurs({ offset, metadata }: CommittablePosition): boolean {
    const ours = [this.#committed, ...this.#unconfirmed];
    return ours.some(
      each => each?.offset === offset && each.metadata === metadata,
    );
  }

  #beginRead(): Set<QueueItem> {
    if (this.#young.length === YOUNG_READS) {
      this.#young.shift()?.forEach(({ record }) => detachRecord(record));
    }
    const read = new Set<QueueItem>();
    this.#young.push(read);
    return read;
  }

  #startTracking(fetchedFrom: bigint): OffsetTracker {
    this.#attempted = fetchedFrom;
    return new OffsetTracker(fetchedFrom, this.#before?.done);
  }
}

/** What is kept for a record beside its content, some 800 bytes: many small ones count, too. */
const BYTES_PER_RECORD = 1_024;

function sizeOf({ key, value, headers }: BrokerRecord): number {
  let bytes = BYTES_PER_RECORD + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, content] of headers) {
    bytes += name.length + content.length;
  }
  return bytes;
}
