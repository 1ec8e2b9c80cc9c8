/** Shows what is being started, and how long each step took. */
export class Progress {
  readonly #pending = new Map<string, number>();
  readonly #timer?: NodeJS.Timeout;

  constructor(private readonly out: NodeJS.WriteStream) {
    if (out.isTTY) {
      this.#timer = setInterval(() => this.#drawPending(), 250);
      this.#timer.unref();
    }
  }

  /** Runs one step; `done` words its result for the line that stays. */
  async step<T>(
    what: string,
    work: () => Promise<T>,
    done: (result: T) => string = () => what,
  ): Promise<T> {
    const started = performance.now();
    this.#pending.set(what, started);
    if (!this.out.isTTY) {
      this.out.write(`  … ${what}\n`);
    }
    try {
      const result = await work();
      this.#pending.delete(what);
      this.print(`  ✓ ${done(result)} (${seconds(started)} s)`);
      return result;
    } catch (error) {
      this.#pending.delete(what);
      this.print(`  ✗ ${what} (${seconds(started)} s)`);
      throw error;
    }
  }

  /** Prints a line above the steps that are under way. */
  print(line: string) {
    if (this.out.isTTY) {
      this.out.write('\r\x1b[K');
    }
    this.out.write(`${line}\n`);
    this.#drawPending();
  }

  stop() {
    clearInterval(this.#timer);
    this.#pending.clear();
  }

  #drawPending() {
    if (!this.out.isTTY || this.#pending.size === 0) {
      return;
    }
    const steps = [...this.#pending].map(
      ([what, started]) =>
        `${what} (${Math.floor(Number(seconds(started)))} s)`,
    );
    const line = `  … ${steps.join(' · ')}`;
    this.out.write(`\r\x1b[K${line.slice(0, this.out.columns - 1)}`);
  }
}

function seconds(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1);
}
