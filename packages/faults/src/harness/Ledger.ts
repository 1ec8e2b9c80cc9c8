import type { LogEntry } from '../endpoint/protocol';

/** A record that the cluster has acknowledged. */
export interface AcknowledgedRecord {
  partition: number;
  offset: number;
  /** In its body; missing in records whose body is none of ours. */
  id?: number;
  /** When the acknowledgement came, in milliseconds since the epoch. */
  at: number;
}

/** Where a dead-lettered record came from. */
export interface DeadLetter {
  partition: number;
  offset: number;
}

/** What the consumer group had committed on a partition at a moment. */
export interface CommitSample {
  /** When the answer was there, in milliseconds since the epoch. */
  at: number;
  partition: number;
  /** Of the next record. */
  committed: number;
}

/** What is known of one record. */
export interface RecordHistory {
  partition: number;
  offset: number;
  acknowledged?: AcknowledgedRecord;
  /** Ids that the endpoint has read in its body. */
  ids: Set<number | undefined>;
  /** Where in the endpoint's log it first came. */
  began?: number;
  /** Where in the endpoint's log it was first answered 2xx, and when. */
  delivered?: { index: number; at: number };
  /** Likewise, its last other answer. */
  refused?: { index: number; at: number };
  /** How often it was answered 2xx. */
  deliveries: number;
  /** How often it is in the dead-letter topic. */
  deadLetters: number;
}

/** Everything that was written down during a run, by record. */
export class Ledger {
  readonly records = new Map<string, RecordHistory>();
  readonly samples: CommitSample[] = [];
  #entries = 0;

  /** How much of the endpoint's log is in here. */
  get entries(): number {
    return this.#entries;
  }

  acknowledge(record: AcknowledgedRecord): void {
    this.#of(record).acknowledged = record;
  }

  deadLetter(record: DeadLetter): void {
    this.#of(record).deadLetters += 1;
  }

  /** Takes over the next entries of the endpoint's log. */
  append(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      const index = (this.#entries += 1);
      const record = this.#of(entry);
      const { status, at } = entry;
      if (status === undefined) {
        record.began ??= index;
        record.ids.add(entry.id);
      } else if (status >= 200 && status < 300) {
        record.deliveries += 1;
        record.delivered ??= { index, at };
      } else {
        record.refused = { index, at };
      }
    }
  }

  /** The acknowledged records that are neither delivered nor dead-lettered. */
  open(): RecordHistory[] {
    return this.#all().filter(record => record.acknowledged && !isDone(record));
  }

  /** Nobody is to deliver any more what is still open. */
  abandonOpen(): void {
    for (const record of this.open()) {
      record.acknowledged = undefined;
    }
  }

  acknowledged(): RecordHistory[] {
    return this.#all().filter(({ acknowledged }) => acknowledged);
  }

  /** Every record, by partition, in the order of the log. */
  byPartition(): Map<number, RecordHistory[]> {
    const sorted = this.#all().sort((a, b) => a.offset - b.offset);
    return Map.groupBy(sorted, ({ partition }) => partition);
  }

  #all(): RecordHistory[] {
    return [...this.records.values()];
  }

  #of({ partition, offset }: DeadLetter): RecordHistory {
    const key = `${partition}:${offset}`;
    const known = this.records.get(key);
    if (known) {
      return known;
    }
    const record = {
      partition,
      offset,
      ids: new Set<number | undefined>(),
      deliveries: 0,
      deadLetters: 0,
    };
    this.records.set(key, record);
    return record;
  }
}

/** Delivered with the body that was produced, or dead-lettered. */
export function isDone({
  acknowledged,
  ids,
  delivered,
  deadLetters,
}: RecordHistory): boolean {
  return deadLetters > 0 || (!!delivered && ids.has(acknowledged?.id));
}
