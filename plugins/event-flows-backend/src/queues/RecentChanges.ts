import type { RecentChange } from '@event-flows/backstage-plugin-event-flows-common';
import type { Caller } from '../permissions/Caller';
import type { QueueGate } from './QueueGate';
import type { RecentChangesStore } from './RecentChangesStore';

/** Shows who changed a queue lately, and what. */
export class RecentChanges {
  readonly #gate: QueueGate;
  readonly #store: RecentChangesStore;

  constructor(options: { gate: QueueGate; store: RecentChangesStore }) {
    this.#gate = options.gate;
    this.#store = options.store;
  }

  /** @throws NotFoundError also if the caller may not see the queue */
  async of(caller: Caller, queueId: string): Promise<RecentChange[]> {
    const { id } = await this.#gate.getReadable(caller, queueId);
    return this.#store.listOf(id);
  }
}
