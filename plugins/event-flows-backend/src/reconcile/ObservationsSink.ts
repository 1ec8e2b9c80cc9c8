import type { QueueObservation } from '@event-flows/engine';
import type { AttemptsKeeper } from '../history/AttemptsKeeper';
import type { ReceiptsStore } from '../receipts/ReceiptsStore';

/** Where a replica leaves what it observes of the attempts of its queues. */
export interface ObservationsSink {
  /** To be called every few seconds, also with nothing. */
  note(observed: readonly QueueObservation[]): Promise<void>;
  /** Nothing more will come. */
  close(): Promise<void>;
}

/** Keeps receipts at once, and counts step by step. */
export class StoredObservations implements ObservationsSink {
  readonly #receipts: ReceiptsStore;
  readonly #attempts: AttemptsKeeper;

  constructor(options: { receipts: ReceiptsStore; attempts: AttemptsKeeper }) {
    this.#receipts = options.receipts;
    this.#attempts = options.attempts;
  }

  async note(observed: readonly QueueObservation[]): Promise<void> {
    await this.#attempts.note(observed);
    await this.#receipts.add(
      observed.flatMap(({ queueId, receipts }) =>
        receipts.map(receipt => ({ queueId, receipt })),
      ),
    );
  }

  async close(): Promise<void> {
    await this.#attempts.write();
  }
}
