import type { OffsetRange } from './offsetRanges';

/** A record that was received and is not forgotten yet. */
export interface TrackedOffset {
  readonly offset: bigint;
  /** Of the record, in milliseconds since the epoch. */
  readonly timestamp?: number;
  done: boolean;
}

/** Records that are kept before runs of done ones are merged. */
const MERGE_AT = 16_384;

/**
 * Knows, for one partition, up to where everything is done, and what is done
 * beyond.
 *
 * It goes by the order in which records were received, never by counting
 * offsets: compaction and transactions leave gaps.
 */
export class OffsetTracker {
  #received: TrackedOffset[] = [];
  #head = 0;
  #mergeAt: number;
  #pending = 0;
  #next: bigint;
  /** Done by whoever had the partition before, and not received by us yet. */
  #doneBefore: OffsetRange[];

  /**
   * @param start - the offset that reading begins at
   * @param doneBefore - what is done already, in ranges that go up
   * @param leastMergeAt - records that are kept before runs of done ones are merged
   */
  constructor(
    start: bigint,
    doneBefore: readonly OffsetRange[] = [],
    private readonly leastMergeAt = MERGE_AT,
  ) {
    this.#mergeAt = leastMergeAt;
    this.#next = start;
    this.#doneBefore = [...doneBefore];
  }

  /** Records that are remembered, done or not: what memory it takes. */
  get remembered(): number {
    return this.#received.length;
  }

  /** Records received and not done. */
  get pending(): number {
    return this.#pending;
  }

  /** The offset of the first record that is not done: what may be committed. */
  get position(): bigint {
    return this.first?.offset ?? this.#next;
  }

  /** The first record that was received and is not done. */
  get first(): TrackedOffset | undefined {
    return this.#received[this.#head];
  }

  /** The offset after the last one received. */
  get next(): bigint {
    return this.#next;
  }

  /** What is done from the position on, in ranges that go up and do not touch. */
  doneBeyond(): OffsetRange[] {
    const ranges: OffsetRange[] = [];
    let from: bigint | undefined;
    for (let at = this.#head; at < this.#received.length; at += 1) {
      const { offset, done } = this.#received[at];
      if (done) {
        from ??= offset;
      } else if (from !== undefined) {
        ranges.push([from, offset]);
        from = undefined;
      }
    }
    for (const [begin, end] of this.#doneBefore) {
      if (end <= this.#next) {
        continue;
      }
      if (from !== undefined && begin > this.#next) {
        ranges.push([from, this.#next]);
        from = undefined;
      }
      ranges.push([from ?? (begin > this.#next ? begin : this.#next), end]);
      from = undefined;
    }
    if (from !== undefined) {
      ranges.push([from, this.#next]);
    }
    return ranges;
  }

  /** Undefined: there is nothing to do, the record is done or was read again. */
  receive(offset: bigint, timestamp?: number): TrackedOffset | undefined {
    if (offset < this.#next) {
      return undefined;
    }
    const tracked = { offset, timestamp, done: this.#wasDoneBefore(offset) };
    this.#received.push(tracked);
    this.#next = offset + 1n;
    if (tracked.done) {
      this.#skipDone();
      return undefined;
    }
    this.#pending += 1;
    return tracked;
  }

  /** Everything before this offset was received: what lies between is no record. */
  advanceTo(next: bigint): void {
    if (next > this.#next) {
      this.#next = next;
    }
  }

  /** Marks a record as done; once is enough. */
  complete(tracked: TrackedOffset): void {
    if (tracked.done) {
      return;
    }
    tracked.done = true;
    this.#pending -= 1;
    this.#skipDone();
  }

  #wasDoneBefore(offset: bigint): boolean {
    while (this.#doneBefore.length > 0 && this.#doneBefore[0][1] <= offset) {
      this.#doneBefore.shift();
    }
    return this.#doneBefore.length > 0 && this.#doneBefore[0][0] <= offset;
  }

  #skipDone() {
    while (this.#received[this.#head]?.done) {
      this.#head += 1;
    }
    this.#forgetDone();
  }

  /** Takes constant time per record, because it waits until half can go. */
  #forgetDone() {
    if (this.#head > 1024 && this.#head * 2 > this.#received.length) {
      this.#received.splice(0, this.#head);
      this.#head = 0;
    }
    // Behind one that is stuck, of each run that is done the first will do.
    if (this.#received.length > this.#mergeAt) {
      this.#received = this.#received.filter(
        ({ done }, at, all) => at < this.#head || !done || !all[at - 1]?.done,
      );
      this.#mergeAt = Math.max(this.leastMergeAt, this.#received.length * 2);
    }
  }
}
