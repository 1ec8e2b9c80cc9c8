/** Notices that something which should happen again and again does not happen any more. */
export class ProgressWatch {
  readonly #timer: NodeJS.Timeout;

  /**
   * Watches from now on.
   *
   * @param limitMs - the longest time that may pass without progress
   * @param onStall - called when so much time has passed
   */
  constructor(limitMs: number, onStall: () => void) {
    this.#timer = setTimeout(onStall, limitMs).unref();
  }

  /** It has happened. */
  progress(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
