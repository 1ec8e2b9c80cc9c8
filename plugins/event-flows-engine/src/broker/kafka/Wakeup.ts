/** Lets those who have nothing to do wait, until there may be something. */
export class Wakeup {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next {@link wake}, at the latest after so many milliseconds. */
  async wait(atMostMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, atMostMs);
    this.#waiting.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
  }

  /** Ends the waiting of all who wait now. */
  wake(): void {
    this.#waiting.forEach(end => end());
  }
}
