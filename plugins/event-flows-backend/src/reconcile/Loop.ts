import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';

/**
 * Does something again and again, one run after the other. A run that fails is
 * logged and the next one comes at its time.
 */
export class Loop {
  readonly #name: string;
  readonly #run: () => Promise<void>;
  readonly #intervalMs: number;
  readonly #logger: LoggerService;
  #closed = false;
  #triggered = false;
  #wake: (() => void) | undefined;
  #ended: Promise<void> | undefined;

  constructor(options: {
    /** What it does, for the log. */
    name: string;
    run: () => Promise<void>;
    /** Milliseconds between the end of one run and the start of the next. */
    intervalMs: number;
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
      } catch (error) {
        this.#logger.warn(`Failed to ${this.#name}: ${stringifyError(error)}`);
      }
      await this.#pause();
    }
  }

  #pause(): Promise<void> {
    if (this.#closed || this.#triggered) {
      return Promise.resolve();
    }
    return new Promise(resolve => {
      const timer = setTimeout(resolve, this.#intervalMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
