/** A record that was received and is not forgotten yet. */
export interface TrackedOffset {
  readonly offset: bigint;
  done: boolean;
}

/**
 * Knows, for one partition, up to where everything is done.
 *
 * It goes by the order in which records were received, never by counting
 * offsets: compaction and transactions leave gaps.
 */
export class OffsetTracker {
  readonly #received: TrackedOffset[] = [];
  #head = 0;
  #pending = 0;
  #next: bigint;

  /** @param start the offset that reading begins at. */
  constructor(start: bigint) {
    this.#next = start;
  }

  /** Records received and not done. */
  get pending(): number {
    return this.#pending;
  }

  /** The offset of the first record that is not done: what may be committed. */
  get position(): bigint {
    return this.#received[this.#head]?.offset ?? this.#next;
  }

  /** The offset after the last one received. */
  get next(): bigint {
    return this.#next;
  }

  /** Undefined: the record is known already, it was read again. */
  receive(offset: bigint): TrackedOffset | undefined {
    if (offset < this.#next) {
      return undefined;
    }
    const tracked = { offset, done: false };
    this.#received.push(tracked);
    this.#next = offset + 1n;
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
  }
}
