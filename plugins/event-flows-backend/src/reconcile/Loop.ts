import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';

/**
 * Does something again and again, one run after the other. After a run that
 * fails the next one comes at its time; a failure is logged when it begins,
 * changes and ends, not each time.
 */
export class Loop {
  readonly #name: string;
  readonly #run: () => Promise<void>;
  readonly #intervalMs: () => number;
  readonly #logger: LoggerService;
  #failure: string | undefined;
  #closed = false;
  #triggered = false;
  #wake: (() => void) | undefined;
  #ended: Promise<void> | undefined;

  constructor(options: {
    /** What it does, for the log. */
    name: string;
    run: () => Promise<void>;
    /** Milliseconds from now, the end of a run, to the start of the next one. */
    intervalMs: () => number;
    logger: LoggerService;
  }) {
    this.#name = options.name;
    this.#run = options.run;
    this.#intervalMs = options.intervalMs;
    this.#logger = options.logger;
  }

  start(): void {
    this.#ended ??= this.#loop();
  }

  /** Lets the next run begin now, or right after the one under way. */
  trigger(): void {
    this.#triggered = true;
    this.#wake?.();
  }

  /** Resolves when the run under way has ended; no other follows. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake?.();
    await this.#ended;
  }

  async #loop(): Promise<void> {
    while (!this.#closed) {
      this.#triggered = false;
      try {
        await this.#run();
        this.#note(undefined);
      } catch (error) {
        this.#note(stringifyError(error));
      }
      await this.#pause();
    }
  }

  #note(failure: string | undefined): void {
    if (failure === this.#failure) {
      return;
    }
    this.#failure = failure;
    if (failure === undefined) {
      this.#logger.info(`Can ${this.#name} again`);
    } else {
      this.#logger.warn(
        `Failed to ${this.#name}, and keeps trying: ${failure}`,
      );
    }
  }

  #pause(): Promise<void> {
    if (this.#closed || this.#triggered) {
      return Promise.resolve();
    }
    return new Promise(resolve => {
      const timer = setTimeout(resolve, this.#intervalMs());
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
