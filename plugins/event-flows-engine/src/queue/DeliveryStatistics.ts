import type { QueueCounters } from '@event-flows/backstage-plugin-event-flows-common';
import { RateMeter } from './RateMeter';

/** How a record came to be done. */
export type DoneBy = 'delivered' | 'deadLettered' | 'skipped';

/** Counts what became of the records of a queue. */
export class DeliveryStatistics {
  readonly #counts = { read: 0, delivered: 0, deadLettered: 0, skipped: 0 };
  readonly #rate: RateMeter;
  #lastDeliveredAtMs: number | undefined;
  #lastError: { at: string; message: string } | undefined;

  constructor(private readonly now: () => number) {
    this.#rate = new RateMeter(now);
  }

  get lastDeliveredAtMs(): number | undefined {
    return this.#lastDeliveredAtMs;
  }

  get lastError(): { at: string; message: string } | undefined {
    return this.#lastError;
  }

  get deliveredPerSecond(): number {
    return this.#rate.perSecond();
  }

  /** At every moment, read = delivered + deadLettered + skipped + inFlight. */
  counters(inFlight: number): QueueCounters {
    return { ...this.#counts, inFlight };
  }

  read(): void {
    this.#counts.read += 1;
  }

  /** So many records count for whoever has their partition now. */
  unread(records: number): void {
    this.#counts.read -= records;
  }

  done(by: DoneBy, nowMs: number): void {
    this.#counts[by] += 1;
    if (by === 'delivered') {
      this.#lastDeliveredAtMs = nowMs;
      this.#rate.add(nowMs);
    }
  }

  failed(message: string): void {
    this.#lastError = { at: new Date(this.now()).toISOString(), message };
  }
}
