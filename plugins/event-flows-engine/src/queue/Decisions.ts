import type { HeldUpDecision } from '../types';
import type { QueueItem } from './QueueItem';

/** What people decided about held-up records, and what of it is still to be done. */
export class Decisions {
  #wanted = new Map<string, HeldUpDecision>();
  /** By id, the partition of the record. */
  readonly #taken = new Map<string, number>();

  /** Those that were taken and are not wanted any more need not be remembered. */
  replace(decisions: readonly HeldUpDecision[]): void {
    this.#wanted = new Map(
      decisions.map(decision => [
        place(decision.partition, decision.offset),
        decision,
      ]),
    );
    const ids = new Set(decisions.map(({ id }) => id));
    for (const id of this.#taken.keys()) {
      if (!ids.has(id)) {
        this.#taken.delete(id);
      }
    }
  }

  /** Those not taken yet. */
  get open(): HeldUpDecision[] {
    return [...this.#wanted.values()].filter(({ id }) => !this.#taken.has(id));
  }

  /** The one about this record, if it is not taken yet. */
  about({ partition, record }: QueueItem): HeldUpDecision | undefined {
    if (this.#wanted.size === 0) {
      return undefined;
    }
    const decision = this.#wanted.get(
      place(partition, record.offset.toString()),
    );
    return decision && !this.#taken.has(decision.id) ? decision : undefined;
  }

  /** Each is carried out once, however long it stays on the list. */
  take({ id, partition }: HeldUpDecision): void {
    this.#taken.set(id, partition);
  }

  /** It was not carried out after all. */
  reopen({ id }: HeldUpDecision): void {
    this.#taken.delete(id);
  }

  /**
   * The partition is not held any more: what was done about its records may
   * be known to nobody else.
   *
   * @returns ids of the decisions that are open again
   */
  giveBack(partition: number): string[] {
    const ids = [...this.#taken]
      .filter(([, of]) => of === partition)
      .map(([id]) => id);
    ids.forEach(id => this.#taken.delete(id));
    return ids;
  }
}

function place(partition: number, offset: string): string {
  return `${partition}@${offset}`;
}
