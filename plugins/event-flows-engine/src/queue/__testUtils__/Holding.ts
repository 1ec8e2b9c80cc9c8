import type { PartitionState } from '../PartitionState';
import type { QueueItem } from '../QueueItem';
import type { ToldRecord } from './FakeCluster';

/** What the model knows of a partition since the loop holds it. */
export class Holding {
  nextRead = 0n;
  isPaused = false;
  /** What was done since then. */
  readonly done = new Set<ToldRecord>();
  /** What the endpoint took. */
  readonly taken = new Set<ToldRecord>();
  /** What the dead-letter topic has. */
  readonly written = new Set<ToldRecord>();
  readonly #items = new Map<ToldRecord, QueueItem>();
  /** By lane, in order, what was received and is not done. */
  readonly #pending = new Map<string, ToldRecord[]>();

  constructor(readonly state: PartitionState) {}

  /** Of each lane that is not empty, the record whose turn it is. */
  get firsts(): ToldRecord[] {
    return [...this.#pending.values()].map(([first]) => first);
  }

  get pending(): ToldRecord[] {
    return [...this.#pending.values()].flat();
  }

  /** What the loop was given and has not done. */
  get items(): QueueItem[] {
    return [...this.#items.values()];
  }

  receive(item: QueueItem, record: ToldRecord): void {
    const before = this.#pending.get(item.lane) ?? [];
    this.#pending.set(item.lane, [...before, record]);
    this.#items.set(record, item);
  }

  isItsTurn(record: ToldRecord, lane: string): boolean {
    return this.#pending.get(lane)?.[0] === record;
  }

  finish(record: ToldRecord, lane: string): void {
    this.done.add(record);
    this.#items.delete(record);
    const left = (this.#pending.get(lane) ?? []).slice(1);
    if (left.length > 0) {
      this.#pending.set(lane, left);
    } else {
      this.#pending.delete(lane);
    }
  }
}
