import type {
  AssignedPartition,
  BrokerRecord,
} from '../../broker/BrokerDriver';

/** A record of the topic, and what has become of it, over all owners. */
export interface ToldRecord extends BrokerRecord {
  /** The endpoint took it, it is in the dead-letter topic, or somebody skipped it. */
  isDone: boolean;
  /** It was done when the group's position was committed last. */
  isKnownAsDone: boolean;
  /** Attempts that a position tells of, and whether it waits for a person. */
  knownAttempts: number;
  isKnownAsBlocked: boolean;
}

/** The topic and the group's positions, as far as a loop has to do with them. */
export class FakeCluster {
  readonly #logs = new Map<number, ToldRecord[]>();
  readonly #ends = new Map<number, bigint>();
  readonly #committed = new Map<number, { offset: bigint; metadata: string }>();

  constructor(readonly partitions: readonly number[]) {
    for (const partition of partitions) {
      this.#logs.set(partition, []);
      this.#committed.set(partition, { offset: 0n, metadata: '' });
    }
  }

  get records(): ToldRecord[] {
    return this.partitions.flatMap(partition => this.recordsOf(partition));
  }

  recordsOf(partition: number): ToldRecord[] {
    return this.#logs.get(partition) ?? [];
  }

  endOf(partition: number): bigint {
    return this.#ends.get(partition) ?? 0n;
  }

  committedOf(partition: number): bigint {
    return this.#committed.get(partition)?.offset ?? 0n;
  }

  /** @param gap - offsets before it that are no records */
  append(
    partition: number,
    { key, gap }: { key: string | null; gap: number },
  ): void {
    const offset = this.endOf(partition) + BigInt(gap);
    this.recordsOf(partition).push({
      ...{ partition, offset, timestamp: Date.now(), headers: [] },
      key: key === null ? null : Buffer.from(key),
      value: Buffer.from(`${partition}:${offset}`),
      ...{ isDone: false, isKnownAsDone: false },
      ...{ knownAttempts: 0, isKnownAsBlocked: false },
    });
    this.#ends.set(partition, offset + 1n);
  }

  /** By what a request carries. */
  find(body: string): ToldRecord {
    const [partition, offset] = body.split(':');
    const found = this.recordsOf(Number(partition)).find(
      record => record.offset === BigInt(offset),
    );
    if (!found) {
      throw new Error(`No record was ever ${body}`);
    }
    return found;
  }

  /** Somebody else delivers the next ones, and commits; what was known beyond is forgotten. */
  deliver(partition: number, count: number): void {
    const left = this.recordsOf(partition).filter(
      ({ offset }) => offset >= this.committedOf(partition),
    );
    left.forEach((record, index) => {
      const isDelivered = index < count;
      record.isDone ||= isDelivered;
      record.isKnownAsDone = isDelivered;
      forgetHeldUp(record);
    });
    const last = left.slice(0, count).at(-1);
    if (last) {
      this.commit([{ partition, offset: last.offset + 1n, metadata: '' }]);
    }
  }

  /** No position tells any more that records were held up. */
  forgetHeldUp(): void {
    this.records.forEach(forgetHeldUp);
  }

  assigned(partition: number): AssignedPartition {
    const { offset, metadata } = this.#committed.get(partition) ?? {
      ...{ offset: 0n, metadata: '' },
    };
    return { partition, committed: offset, metadata };
  }

  commit(
    positions: ReadonlyArray<{
      partition: number;
      offset: bigint;
      metadata: string;
    }>,
  ): void {
    for (const { partition, offset, metadata } of positions) {
      this.#committed.set(partition, { offset, metadata });
    }
  }
}

function forgetHeldUp(record: ToldRecord) {
  record.knownAttempts = 0;
  record.isKnownAsBlocked = false;
}

/** `partition:offset`, for messages. */
export function placeOf({ partition, offset }: ToldRecord): string {
  return `${partition}:${offset}`;
}
