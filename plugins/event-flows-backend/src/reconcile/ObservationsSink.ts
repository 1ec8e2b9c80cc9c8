import type { QueueObservation, Receipt } from '@event-flows/engine';
import { ROWS_AT_ONCE } from '../database/insertForQueues';
import type { AttemptsKeeper } from '../history/AttemptsKeeper';
import type { ReceiptsStore } from '../receipts/ReceiptsStore';

/** Where a replica leaves what it observes of the attempts of its queues. */
export interface ObservationsSink {
  /** Keeps it in memory: nobody else has it any more. */
  take(observed: readonly QueueObservation[]): void;
  /** Stores what was taken; to be called every few seconds, also without anything. */
  store(): Promise<void>;
  /** Nothing more will come. */
  close(): Promise<void>;
}

/** Receipts that wait for the database at most; the oldest are given up. */
const MAX_WAITING = 2_000;

/** Stores receipts at once, and counts step by step. */
export class StoredObservations implements ObservationsSink {
  readonly #receipts: ReceiptsStore;
  readonly #attempts: AttemptsKeeper;
  #waiting: Array<{ queueId: string; receipt: Receipt }> = [];

  constructor(options: { receipts: ReceiptsStore; attempts: AttemptsKeeper }) {
    this.#receipts = options.receipts;
    this.#attempts = options.attempts;
  }

  take(observed: readonly QueueObservation[]): void {
    this.#attempts.add(observed);
    const taken = observed.flatMap(({ queueId, receipts }) =>
      receipts.map(receipt => ({ queueId, receipt })),
    );
    this.#waiting = [...this.#waiting, ...taken].slice(-MAX_WAITING);
  }

  async store(): Promise<void> {
    await this.#attempts.writeIfDue();
    await this.#storeReceipts();
  }

  async close(): Promise<void> {
    await this.#attempts.write();
    await this.#storeReceipts();
  }

  /** What is stored waits no more, also where the database goes away in between. */
  async #storeReceipts(): Promise<void> {
    while (this.#waiting.length > 0) {
      const some = this.#waiting.slice(0, ROWS_AT_ONCE);
      await this.#receipts.add(some);
      this.#waiting = this.#waiting.filter(each => !some.includes(each));
    }
  }
}
