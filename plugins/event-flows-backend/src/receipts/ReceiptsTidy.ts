import type { QueuesStore } from '../queues/QueuesStore';
import type { ReceiptRules } from './ReceiptRules';
import type { ReceiptsStore } from './ReceiptsStore';

const HOUR_MS = 3_600_000;

/** Removes the receipts that are not to be kept any more. */
export class ReceiptsTidy {
  readonly #queues: QueuesStore;
  readonly #store: ReceiptsStore;
  readonly #rules: ReceiptRules;
  readonly #now: () => number;

  constructor(options: {
    queues: QueuesStore;
    store: ReceiptsStore;
    rules: ReceiptRules;
    now: () => number;
  }) {
    this.#queues = options.queues;
    this.#store = options.store;
    this.#rules = options.rules;
    this.#now = options.now;
  }

  async run(): Promise<void> {
    const { maxAgeHours, keepPerQueue } = this.#rules.config;
    const oldestMs = this.#now() - maxAgeHours * HOUR_MS;
    await this.#store.removeBefore(new Date(oldestMs).toISOString());
    await this.#store.removeSurplus(keepPerQueue);
    const queues = await this.#queues.list();
    await this.#store.removeOf(
      queues
        .filter(({ topic }) => !this.#rules.hasReceipts(topic))
        .map(({ id }) => id),
    );
  }
}
