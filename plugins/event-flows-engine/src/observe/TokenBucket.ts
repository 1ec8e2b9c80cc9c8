/** Admits so many per second on average, and so many at once. */
export class TokenBucket {
  #tokens: number;
  #atMs: number;

  constructor(
    private readonly limits: { perSecond: number; atOnce: number },
    nowMs: number,
  ) {
    this.#tokens = limits.atOnce;
    this.#atMs = nowMs;
  }

  /** Whether one more is admitted, which then counts. */
  take(nowMs: number): boolean {
    const { perSecond, atOnce } = this.limits;
    // A clock that goes back gives nothing and takes nothing.
    const passedMs = Math.max(0, nowMs - this.#atMs);
    this.#tokens = Math.min(
      atOnce,
      this.#tokens + (passedMs / 1_000) * perSecond,
    );
    this.#atMs = nowMs;
    if (this.#tokens < 1) {
      return false;
    }
    this.#tokens -= 1;
    return true;
  }
}
