const SLOT_MS = 1_000;
const SLOTS = 10;

/** How many per second, over the last ten seconds or so. */
export class RateMeter {
  readonly #counts = new Array<number>(SLOTS).fill(0);
  #slot: number;
  readonly #firstSlot: number;

  constructor(private readonly now: () => number) {
    this.#slot = this.#firstSlot = Math.floor(now() / SLOT_MS);
  }

  /** @param nowMs - when it happened, which is now */
  add(nowMs: number): void {
    this.#moveOn(nowMs);
    this.#counts[this.#slot % SLOTS] += 1;
  }

  perSecond(): number {
    this.#moveOn(this.now());
    const sum = this.#counts.reduce((total, count) => total + count, 0);
    const age = Math.min(SLOTS, this.#slot - this.#firstSlot + 1);
    return Math.round((sum / age) * 10) / 10;
  }

  #moveOn(nowMs: number) {
    const current = Math.floor(nowMs / SLOT_MS);
    if (current === this.#slot) {
      return;
    }
    const steps = Math.min(current - this.#slot, SLOTS);
    for (let step = 0; step < steps; step += 1) {
      this.#counts[(current - step) % SLOTS] = 0;
    }
    this.#slot = Math.max(this.#slot, current);
  }
}
