import { CustomErrorBase } from '@backstage/errors';

/** More is asked of clusters than this backend takes upon itself. */
export class TooManyRequestsError extends CustomErrorBase {
  name = 'TooManyRequestsError' as const;
  readonly statusCode = 429;

  constructor(
    message: string,
    /** When it is worth another try. */
    readonly retryAfterSeconds: number,
  ) {
    super(message);
  }
}

/** How much people can make one backend dial. */
export interface CallLimits {
  /** Calls under way at once, of all callers. */
  maxConcurrent: number;
  /** Calls under way at once, of each caller; leaves room for the others. */
  maxConcurrentPerCaller: number;
  /** Calls in a minute, of each caller. */
  maxPerMinute: number;
}

const WINDOW_MS = 60_000;

/** Calls that hang are cut off within this time, roughly. */
const RETRY_CONCURRENT_SECONDS = 10;

/** Bounds how much people can make this backend dial. */
export class CallLimiter {
  readonly #limits: CallLimits;
  readonly #now: () => number;
  readonly #begun = new Map<string, number[]>();
  readonly #running = new Map<string, number>();

  constructor(options: CallLimits & { now: () => number }) {
    this.#limits = options;
    this.#now = options.now;
  }

  /** @throws {@link TooManyRequestsError} */
  async run<T>(caller: string, call: () => Promise<T>): Promise<T> {
    const { maxConcurrent, maxConcurrentPerCaller } = this.#limits;
    const own = this.#running.get(caller) ?? 0;
    const all = [...this.#running.values()].reduce((a, b) => a + b, 0);
    if (own >= maxConcurrentPerCaller || all >= maxConcurrent) {
      throw new TooManyRequestsError(
        'Too many clusters are being asked at once; try again in a moment',
        RETRY_CONCURRENT_SECONDS,
      );
    }
    this.#count(caller);
    this.#running.set(caller, own + 1);
    try {
      return await call();
    } finally {
      this.#end(caller);
    }
  }

  #end(caller: string): void {
    const left = (this.#running.get(caller) ?? 0) - 1;
    if (left > 0) {
      this.#running.set(caller, left);
    } else {
      this.#running.delete(caller);
    }
  }

  #count(caller: string): void {
    const now = this.#now();
    for (const [name, times] of this.#begun) {
      const recent = times.filter(time => now - time < WINDOW_MS);
      if (recent.length > 0) {
        this.#begun.set(name, recent);
      } else {
        this.#begun.delete(name);
      }
    }
    const times = this.#begun.get(caller) ?? [];
    if (times.length >= this.#limits.maxPerMinute) {
      const seconds = Math.ceil((times[0] + WINDOW_MS - now) / 1000);
      throw new TooManyRequestsError(
        `You had clusters asked too often; try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`,
        seconds,
      );
    }
    this.#begun.set(caller, [...times, now]);
  }
}
