/** A member of a group can hold a partition without reading it, and say nothing. */
export const STALLED_AFTER_MS = 120_000;

/** A member of a group has not read for so long that it never will. */
export class ConsumerStalledError extends Error {
  readonly name = 'ConsumerStalledError' as const;
}

/** Looks within the limit: a process that was suspended wakes up to one of them, not to a stall. */
const LOOKS = 10;

/** Notices that something which should happen again and again does not happen any more. */
export class ProgressWatch {
  readonly #timer: NodeJS.Timeout;
  #looksInVain = 0;

  /**
   * Watches from now on.
   *
   * @param limitMs - the longest time that may pass without progress, give or take a tenth
   * @param onStall - called once, when so much time has passed
   * @param isDue - time counts only while it should happen
   */
  constructor(limitMs: number, onStall: () => void, isDue = () => true) {
    this.#timer = setInterval(() => {
      this.#looksInVain = isDue() ? this.#looksInVain + 1 : 0;
      if (this.#looksInVain > LOOKS) {
        this.stop();
        onStall();
      }
    }, limitMs / LOOKS).unref();
  }

  /** It has happened. */
  progress(): void {
    this.#looksInVain = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
