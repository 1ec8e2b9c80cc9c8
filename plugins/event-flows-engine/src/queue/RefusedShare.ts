/** So many records are looked back at. */
const WINDOW = 50;
/** Fewer say nothing, however large their share. */
const MIN_REFUSED = 20;

/**
 * Notices when so many of the latest records are refused that the fault is
 * hardly theirs: with a dead-letter topic, a broken version would otherwise
 * empty the whole topic into it.
 */
export class RefusedShare {
  #results: boolean[] = [];

  /** Whether at least 20, and more than half, of the last 50 were refused. */
  get isTooLarge(): boolean {
    return (
      this.#refused >= MIN_REFUSED && this.#refused * 2 > this.#results.length
    );
  }

  /** For example `23 of the last 30 records were refused`. */
  describe(): string {
    return `${this.#refused} of the last ${this.#results.length} records were refused`;
  }

  add(result: 'taken' | 'refused'): void {
    this.#results.push(result === 'refused');
    if (this.#results.length > WINDOW) {
      this.#results.shift();
    }
  }

  clear(): void {
    this.#results = [];
  }

  get #refused() {
    return this.#results.filter(isRefused => isRefused).length;
  }
}
