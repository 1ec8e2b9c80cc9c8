import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';
import type { LogEntry } from '../endpoint/protocol';

/** Where a record lies. */
export interface RecordPlace {
  partition: number;
  offset: number;
}

/** A record that the cluster has acknowledged. */
export interface AcknowledgedRecord extends RecordPlace {
  /** Missing where the record has none. */
  key?: string;
  /** In its body; missing in records whose body is none of ours. */
  id?: number;
  /** When the acknowledgement came, in milliseconds since the epoch. */
  at: number;
}

/** A record in the dead-letter topic: where it came from. */
export interface DeadLetter extends RecordPlace {
  /** When the cluster wrote it there, in milliseconds since the epoch. */
  at: number;
}

/** What the consumer group had committed on a partition at a moment. */
export interface CommitSample {
  /** When the answer was there, in milliseconds since the epoch. */
  at: number;
  partition: number;
  /** Of the next record. */
  committed: number;
  /** The text beside it; empty: there is nothing to say. */
  metadata: string;
}

/** What is known of one record. */
export interface RecordHistory extends RecordPlace {
  acknowledged?: AcknowledgedRecord;
  /** Missing where the record has none. */
  key?: string;
  /** Ids that the endpoint has read in its body. */
  ids: Set<number | undefined>;
  /** How often the endpoint was asked. */
  requests: number;
  /** Where in the endpoint's log it first came. */
  began?: number;
  /** Where in the endpoint's log it was first answered 2xx, and when. */
  delivered?: { index: number; at: number };
  /** Likewise, its last other answer. */
  refused?: { index: number; at: number };
  /** When it was first written to the dead-letter topic. */
  deadLettered?: { at: number };
  /** When a person said that it is to be skipped. */
  skipped?: { at: number };
  /** How often it was answered 2xx. */
  deliveries: number;
  /** How often it is in the dead-letter topic. */
  deadLetters: number;
}

/** Everything that was written down during a run, by record. */
export class Ledger {
  readonly records = new Map<string, RecordHistory>();
  readonly samples: CommitSample[] = [];
  /** By partition. */
  readonly #lastSamples = new Map<number, CommitSample>();
  #entries = 0;

  /** How much of the endpoint's log is in here. */
  get entries(): number {
    return this.#entries;
  }

  acknowledge(record: AcknowledgedRecord): void {
    const history = this.of(record);
    history.acknowledged = record;
    history.key = record.key;
  }

  deadLetter(record: DeadLetter): void {
    const history = this.of(record);
    history.deadLetters += 1;
    history.deadLettered ??= { at: record.at };
  }

  /** A person is about to say that it is to be skipped. */
  skip(place: RecordPlace, at: number): void {
    this.of(place).skipped ??= { at };
  }

  /** Takes a sample over, unless it says the same as the one before. */
  sample(sample: CommitSample): void {
    const { partition, committed, metadata } = sample;
    const last = this.#lastSamples.get(partition);
    if (last?.committed !== committed || last.metadata !== metadata) {
      this.#lastSamples.set(partition, sample);
      this.samples.push(sample);
    }
  }

  /** What was committed on a partition when it was last asked for. */
  lastSample(partition: number): CommitSample | undefined {
    return this.#lastSamples.get(partition);
  }

  /** Takes over the next entries of the endpoint's log. */
  append(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      const index = (this.#entries += 1);
      const record = this.of(entry);
      const { status, at } = entry;
      if (status === undefined) {
        record.requests += 1;
        record.began ??= index;
        record.key ??= entry.key;
        record.ids.add(entry.id);
      } else if (status >= 200 && status < 300) {
        record.deliveries += 1;
        record.delivered ??= { index, at };
      } else {
        record.refused = { index, at };
      }
    }
  }

  /** The acknowledged records that are not done. */
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
    return Map.groupBy(this.#sorted(), ({ partition }) => partition);
  }

  /** The records that have to wait for each other, in the order of the log. */
  lanes(ordering: Ordering): RecordHistory[][] {
    switch (ordering) {
      case 'none':
        return [];
      case 'partition':
        return [...this.byPartition().values()];
      default:
        return [
          ...Map.groupBy(this.#sorted(), ({ partition, key }) =>
            key === undefined ? `${partition}` : `${partition}#${key}`,
          ).values(),
        ];
    }
  }

  /** What is known of the record that lies there. */
  of({ partition, offset }: RecordPlace): RecordHistory {
    const place = `${partition}:${offset}`;
    const known = this.records.get(place);
    if (known) {
      return known;
    }
    const record = {
      partition,
      offset,
      ids: new Set<number | undefined>(),
      requests: 0,
      deliveries: 0,
      deadLetters: 0,
    };
    this.records.set(place, record);
    return record;
  }

  #all(): RecordHistory[] {
    return [...this.records.values()];
  }

  #sorted(): RecordHistory[] {
    return this.#all().sort((a, b) => a.offset - b.offset);
  }
}

/** Delivered with the body that was produced, dead-lettered, or skipped by a person. */
export function isDone({
  acknowledged,
  ids,
  delivered,
  deadLetters,
  skipped,
}: RecordHistory): boolean {
  return (
    deadLetters > 0 ||
    skipped !== undefined ||
    (!!delivered && ids.has(acknowledged?.id))
  );
}

/** Which records are not done, and how far the first of them have come. */
export function describeOpen(open: readonly RecordHistory[]): string {
  const first = open.slice(0, 5).map(record => {
    const { partition, offset, key, requests, acknowledged, refused } = record;
    const last = refused ? new Date(refused.at).toISOString() : 'never';
    const made = new Date(acknowledged?.at ?? 0).toISOString();
    return `partition ${partition} offset ${offset} key ${key} of ${made}: ${requests} requests, last answered ${last}`;
  });
  return `${open.length} are open: ${first.join('; ')}`;
}
