import { retryAfterMs } from './retryAfter';

/**
 * Milliseconds between calls: 240 a minute of the 300 that the backend takes
 * from each person, as open pages ask, too.
 */
export const CALL_EVERY_MS = 250;

/** What tells time, and lets it pass. */
export interface Clock {
  /** Milliseconds. */
  now: () => number;
  delay: (ms: number) => Promise<void>;
}

/** The clock of the browser. */
export const browserClock: Clock = {
  now: () => performance.now(),
  delay: ms => new Promise(resolve => setTimeout(resolve, ms)),
};

/**
 * Lets calls begin one after the other and not too often, and none for a while
 * after the backend has said that it was asked too often.
 */
export class CallPace {
  readonly #everyMs: number;
  readonly #clock: Clock;
  readonly #onHold: (ms: number) => void;
  #next = -Infinity;

  constructor(options: {
    /** Milliseconds from the beginning of a call to that of the next. */
    everyMs: number;
    clock: Clock;
    /** Told for how many milliseconds no call begins. */
    onHold: (ms: number) => void;
  }) {
    this.#everyMs = options.everyMs;
    this.#clock = options.clock;
    this.#onHold = options.onHold;
  }

  /** Calls when it is time to, and again where that was too often. */
  async run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      await this.#turn(signal);
      try {
        return await call();
      } catch (error) {
        const ms = retryAfterMs(error);
        if (ms === undefined) {
          throw error;
        }
        signal.throwIfAborted();
        this.#next = Math.max(this.#next, this.#clock.now() + ms);
        this.#onHold(ms);
      }
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const { now, delay } = this.#clock;
    // Whoever else waits may have been faster, or a hold have come in between.
    for (let ms = this.#next - now(); ms > 0; ms = this.#next - now()) {
      await delay(ms);
      signal.throwIfAborted();
    }
    this.#next = now() + this.#everyMs;
  }
}
