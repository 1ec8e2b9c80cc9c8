import { setTimeout as delay } from 'node:timers/promises';
import type { QueueCounters } from '@event-flows/backstage-plugin-event-flows-common';

const EVERY_MS = 500;

/** Asks again and again what a queue has counted: that always has to add up. */
export class BalanceSampler {
  #samples = 0;
  readonly #wrong: string[] = [];
  #running = true;
  readonly #ended: Promise<void>;

  constructor(
    /** What each replica says; rejects while there is nobody to ask. */
    private readonly ask: () => Promise<Array<QueueCounters | undefined>>,
  ) {
    this.#ended = this.#run();
  }

  /** What is wrong with what was seen; empty: nothing. */
  get problems(): string[] {
    if (this.#samples === 0) {
      return ['nobody said what the queue has counted'];
    }
    return this.#wrong.length === 0
      ? []
      : [
          `${this.#wrong.length} of ${this.#samples} times the balance did not add up, first: ${this.#wrong[0]}`,
        ];
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#ended;
  }

  async #run() {
    while (this.#running) {
      // A portal whose database is away does not answer; there is no sample then.
      const answers = await this.ask().catch(() => []);
      answers.forEach(counters => counters && this.#take(counters));
      await delay(EVERY_MS);
    }
  }

  #take(counters: QueueCounters) {
    const { read, delivered, deadLettered, skipped, inFlight } = counters;
    this.#samples += 1;
    if (read !== delivered + deadLettered + skipped + inFlight) {
      this.#wrong.push(JSON.stringify(counters));
    }
  }
}
