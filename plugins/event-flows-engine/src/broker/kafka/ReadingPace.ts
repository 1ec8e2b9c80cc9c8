/** How long a read waits for records: thereby also a stop, or a partition that is resumed. */
const BUSY_WAIT_MS = 500;
/** The same, of a consumer that has had nothing to do for a while: a quarter of the reads. */
const IDLE_WAIT_MS = 2_000;
/** Ten seconds or so. */
const READS_UNTIL_IDLE = 20;

/** Lets a consumer that finds nothing ask less often; a new record does not wait for it. */
export class ReadingPace {
  #readsInVain = 0;

  /** Milliseconds that the next read may wait at the broker. */
  get waitMs(): number {
    return this.#readsInVain < READS_UNTIL_IDLE ? BUSY_WAIT_MS : IDLE_WAIT_MS;
  }

  /** A read has ended; whether it brought something is told by {@link found}. */
  hasRead(): void {
    this.#readsInVain += 1;
  }

  /** There are records, or reasons not to wait for them too long. */
  found(): void {
    this.#readsInVain = 0;
  }
}
