import { randomUUID } from 'node:crypto';
import type { HistoryPeriod } from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueObservation } from '@event-flows/engine';
import { type AttemptsStore, type StepAttempts, sumOf } from './AttemptsStore';
import { PERIODS } from './periods';

const KEPT_PERIODS: readonly HistoryPeriod[] = ['hour', 'day'];

/**
 * Adds up what this replica observes of requests, and writes it once a minute:
 * what a step has come to so far, so that a replica that dies loses a minute.
 */
export class AttemptsKeeper {
  readonly #store: AttemptsStore;
  readonly #now: () => number;
  readonly #id = randomUUID();
  /** Of steps that are not over, and those that are not written. */
  #steps = new Map<string, StepAttempts>();
  #minute: number;

  constructor(options: { store: AttemptsStore; now: () => number }) {
    this.#store = options.store;
    this.#now = options.now;
    this.#minute = this.#minuteOf(options.now());
  }

  /** Adds up, in memory. */
  add(observed: readonly QueueObservation[]): void {
    const nowMs = this.#now();
    for (const { queueId, attempts } of observed) {
      for (const period of KEPT_PERIODS) {
        const { stepMs } = PERIODS[period];
        const endMs = (Math.floor(nowMs / stepMs) + 1) * stepMs;
        const at = new Date(endMs).toISOString();
        const id = `${queueId} ${period} ${at}`;
        const known = this.#steps.get(id) ?? { failed: 0, latencies: [] };
        const sum = sumOf(known, attempts);
        this.#steps.set(id, { queueId, period, at, ...sum });
      }
    }
  }

  /** Writes once a minute; to be called every few seconds. */
  async writeIfDue(): Promise<void> {
    const minute = this.#minuteOf(this.#now());
    if (minute !== this.#minute) {
      await this.write();
      this.#minute = minute;
    }
  }

  /** Writes what is known now. */
  async write(): Promise<void> {
    const steps = [...this.#steps.values()];
    await this.#store.put(this.#id, steps);
    const now = new Date(this.#now()).toISOString();
    // Nothing is added to them any more.
    const over = steps.filter(({ at }) => at <= now);
    for (const { queueId, period, at } of over) {
      this.#steps.delete(`${queueId} ${period} ${at}`);
    }
  }

  #minuteOf(nowMs: number) {
    return Math.floor(nowMs / PERIODS.hour.stepMs);
  }
}
