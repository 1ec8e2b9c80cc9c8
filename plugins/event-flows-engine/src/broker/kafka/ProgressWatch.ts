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
   */
  constructor(limitMs: number, onStall: () => void) {
    this.#timer = setInterval(() => {
      this.#looksInVain += 1;
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
