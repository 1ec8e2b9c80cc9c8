/** How long a read waits for records: thereby also a stop, or a partition that is resumed. */
const BUSY_WAIT_MS = 500;
/** The same, of a consumer that has had nothing to do for a while: a quarter of the reads. */
const IDLE_WAIT_MS = 2_000;
/** Ten seconds or so. */
const READS_UNTIL_IDLE = 20;
/** The same while a partition is paused that will soon be read again. */
const FULL_WAIT_MS = 50;
/** A partition that is paused for longer waits for something else than room. */
const READS_UNTIL_STUCK = 40;

/** Lets a consumer that finds nothing ask less often; a new record does not wait for it. */
export class ReadingPace {
  #readsInVain = 0;
  #readsSincePause = READS_UNTIL_STUCK;

  /** Milliseconds that the next read may wait at the broker. */
  waitMs(isAnyPaused: boolean): number {
    if (isAnyPaused) {
      return this.#readsSincePause < READS_UNTIL_STUCK
        ? FULL_WAIT_MS
        : BUSY_WAIT_MS;
    }
    return this.#readsInVain < READS_UNTIL_IDLE ? BUSY_WAIT_MS : IDLE_WAIT_MS;
  }

  /** A read has ended; whether it brought something is told by {@link found}. */
  hasRead(): void {
    this.#readsInVain += 1;
    this.#readsSincePause += 1;
  }

  /** There are records. */
  found(): void {
    this.#readsInVain = 0;
  }

  /** A partition is paused, and likely not for long. */
  paused(): void {
    this.#readsInVain = 0;
    this.#readsSincePause = 0;
  }
}
