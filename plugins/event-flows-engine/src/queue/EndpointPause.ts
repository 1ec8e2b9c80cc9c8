import { backoffMs } from './Backoff';

const PROBE_BACKOFF = { firstMs: 2_000, maxMs: 60_000 };

/**
 * A queue holds still while its endpoint is misconfigured, and tries one
 * request now and then, so that it goes on by itself once that is mended.
 */
export class EndpointPause {
  #reason: string | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #probe: object | undefined;
  #isProbeDue = false;

  constructor(
    private readonly random: () => number,
    /** Something may begin again. */
    private readonly onProbeDue: () => void,
  ) {}

  /** Why the queue holds still; undefined: it does not. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Whether a request may begin now. */
  get mayBegin(): boolean {
    return this.#reason === undefined || this.#isProbeDue;
  }

  /** Has to be told of each request that begins. */
  begin(request: object): void {
    if (this.#isProbeDue) {
      this.#isProbeDue = false;
      this.#probe = request;
    }
  }

  /** The endpoint turned out to be misconfigured. */
  pause(request: object, reason: string): void {
    const isNews = this.#reason === undefined || this.#probe === request;
    this.#reason = reason;
    if (isNews) {
      this.#probe = undefined;
      this.#failures += 1;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(
        () => {
          this.#isProbeDue = true;
          this.onProbeDue();
        },
        backoffMs(this.#failures, this.random, PROBE_BACKOFF),
      );
    }
  }

  /** A request ended in another way; only a probe says something about now. */
  end(request: object): void {
    if (this.#probe === request) {
      this.clear();
    }
  }

  /** The probe will not end: what it was for is gone. */
  forget(request: object): void {
    if (this.#probe === request) {
      this.#probe = undefined;
      this.#isProbeDue = true;
    }
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#reason = undefined;
    this.#probe = undefined;
    this.#isProbeDue = false;
    this.#failures = 0;
  }
}
