import { CustomErrorBase } from '@backstage/errors';

/** More is asked of clusters than this backend takes upon itself. */
export class TooManyRequestsError extends CustomErrorBase {
  name = 'TooManyRequestsError' as const;
  readonly statusCode = 429;
}

const WINDOW_MS = 60_000;

/**
 * Bounds how often people can make this backend dial addresses of their
 * choice: so many at once, and so many a minute for each caller.
 */
export class ProbeLimiter {
  readonly #maxConcurrent: number;
  readonly #maxPerMinute: number;
  readonly #now: () => number;
  readonly #begun = new Map<string, number[]>();
  #running = 0;

  constructor(options: {
    maxConcurrent: number;
    maxPerMinute: number;
    now: () => number;
  }) {
    this.#maxConcurrent = options.maxConcurrent;
    this.#maxPerMinute = options.maxPerMinute;
    this.#now = options.now;
  }

  /** @throws {@link TooManyRequestsError} */
  async run<T>(caller: string, probe: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#maxConcurrent) {
      throw new TooManyRequestsError(
        'Too many clusters are being connected at once; try again in a moment',
      );
    }
    this.#count(caller);
    this.#running += 1;
    try {
      return await probe();
    } finally {
      this.#running -= 1;
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
    if (times.length >= this.#maxPerMinute) {
      throw new TooManyRequestsError(
        'You tried to connect too often; try again in a minute',
      );
    }
    this.#begun.set(caller, [...times, now]);
  }
}
