import type { ClusterMetadata, fetchV17 } from '@platformatic/kafka';
import type { ConsumerHandler } from '../BrokerDriver';
import {
  ConsumerStalledError,
  ProgressWatch,
  STALLED_AFTER_MS,
} from '../ProgressWatch';
import { Turns } from '../Turns';
import { toRecordBatch } from './fetchedRecords';

/** How long a fetch waits for records, and thereby a stop or a resumed partition. */
const MAX_WAIT_MS = 500;
/** The same while a partition is paused, and about to be read again. */
const SHORT_WAIT_MS = 100;
const MAX_FAILURES_IN_A_ROW = 5;
const FIRST_RETRY_MS = 300;
const MAX_RETRY_MS = 5_000;

const NO_ERROR = 0;
const OFFSET_OUT_OF_RANGE = 1;
/** The topic or the leader is another one than it was, or is not ready. */
const STALE = new Set([3, 5, 6, 9, 56, 74, 75, 76, 78, 100, 103]);

/** What a fetch asks a broker for. */
export interface FetchRequest {
  maxWaitMs: number;
  partitions: fetchV17.FetchRequestPartition[];
}

/** Where the loop reads. */
export interface FetchSource {
  readonly topic: string;
  metadata(): Promise<ClusterMetadata>;
  /** Lets the next metadata be fresh. */
  forgetMetadata(): void;
  /** What the broker answered, also if that is an error of single partitions. */
  fetch(
    node: number,
    request: FetchRequest,
  ): Promise<fetchV17.FetchResponsePartition[]>;
}

/** Whom the loop tells. */
export interface FetchSink extends Pick<
  ConsumerHandler,
  'readBytes' | 'onRecords' | 'onPositionLost'
> {
  /** Nothing is read any more. */
  onFailure(error: unknown): void;
}

/** A broker's answer for a partition, by Kafka's number of it. */
export class FetchError extends Error {
  readonly name = 'FetchError' as const;

  constructor(readonly errorCode: number) {
    super(`A partition could not be read: Kafka's error ${errorCode}`);
  }
}

/** Its replicas are away. That can last, and concerns no other partition. */
class NoLeaderError extends Error {
  readonly name = 'NoLeaderError' as const;
}

/** A partition that is left alone for a while. */
interface Rest {
  failuresInARow: number;
  /** Until when; undefined: it is over, and not known whether it helped. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * Reads the partitions of one assignment: from each broker that leads some of
 * them, one fetch at a time, without those that are paused. One that cannot be
 * read is left alone for a while that grows, and holds up no other.
 */
export class FetchLoop {
  readonly #busyNodes = new Set<number>();
  readonly #rests = new Map<number, Rest>();
  readonly #turns = new Turns<number>();
  readonly #watches = new Map<number, ProgressWatch>();
  #isPlanning = false;
  #isStopped = false;

  constructor(
    private readonly source: FetchSource,
    private readonly sink: FetchSink,
    /** Where the next read of each partition begins; kept up to date. */
    private readonly positions: Map<number, bigint>,
    private readonly paused: ReadonlySet<number>,
    stalledAfterMs = STALLED_AFTER_MS,
  ) {
    for (const partition of positions.keys()) {
      const watch = new ProgressWatch(
        stalledAfterMs,
        () => this.#fail(stalled(partition, stalledAfterMs)),
        () => !paused.has(partition),
      );
      this.#watches.set(partition, watch);
    }
  }

  /** Begins every read that can begin; to be called when that may have changed. */
  wake(): void {
    if (!this.#isStopped && !this.#isPlanning && this.#readable().length > 0) {
      this.#isPlanning = true;
      void this.#plan();
    }
  }

  /** What is read after this is told to nobody. */
  stop(): void {
    this.#isStopped = true;
    this.#rests.forEach(({ timer }) => clearTimeout(timer));
    this.#watches.forEach(watch => watch.stop());
  }

  #readable(): number[] {
    return [...this.positions.keys()].filter(
      partition =>
        !this.paused.has(partition) &&
        this.#rests.get(partition)?.timer === undefined,
    );
  }

  async #plan() {
    let metadata: ClusterMetadata;
    try {
      metadata = await this.source.metadata();
    } catch (error) {
      this.#isPlanning = false;
      this.#rest(this.#readable(), error);
      return;
    }
    this.#isPlanning = false;
    if (this.#isStopped) {
      return;
    }
    const leaders = metadata.topics.get(this.source.topic)?.partitions ?? [];
    const byNode = new Map<number, number[]>();
    for (const partition of this.#readable()) {
      const leader = leaders.at(partition)?.leader ?? -1;
      byNode.set(leader, [...(byNode.get(leader) ?? []), partition]);
    }
    for (const [node, partitions] of byNode) {
      if (node < 0) {
        this.#rest(
          partitions,
          new NoLeaderError(`The partitions ${partitions} have no leader`),
        );
      } else if (!this.#busyNodes.has(node)) {
        void this.#read(node, partitions);
      }
    }
  }

  async #read(node: number, partitions: number[]) {
    this.#busyNodes.add(node);
    const asked = new Map<number, bigint>();
    for (const partition of this.#turns.next(node, partitions)) {
      asked.set(partition, this.positions.get(partition) ?? 0n);
    }
    const partitionMaxBytes = this.sink.readBytes();
    let fetched: fetchV17.FetchResponsePartition[];
    try {
      fetched = await this.source.fetch(node, {
        maxWaitMs: this.paused.size > 0 ? SHORT_WAIT_MS : MAX_WAIT_MS,
        partitions: [...asked].map(([partition, fetchOffset]) => ({
          partition,
          fetchOffset,
          currentLeaderEpoch: -1,
          lastFetchedEpoch: -1,
          partitionMaxBytes,
        })),
      });
    } catch (error) {
      this.#busyNodes.delete(node);
      this.#rest(partitions, error);
      this.wake();
      return;
    }
    this.#busyNodes.delete(node);
    if (this.#isStopped) {
      return;
    }
    try {
      this.#takeOver(fetched, asked);
    } catch (error) {
      // Ours, and not the broker's: of what was read some may not have been taken.
      this.#fail(error);
    }
    this.wake();
  }

  #takeOver(
    fetched: fetchV17.FetchResponsePartition[],
    asked: ReadonlyMap<number, bigint>,
  ) {
    for (const partition of fetched) {
      const { errorCode, partitionIndex } = partition;
      const position = asked.get(partitionIndex);
      if (position === undefined) {
        continue;
      }
      if (errorCode === NO_ERROR) {
        this.#rests.delete(partitionIndex);
        this.#watches.get(partitionIndex)?.progress();
        this.#handOver(partition, position);
      } else if (errorCode === OFFSET_OUT_OF_RANGE) {
        this.#lose(partitionIndex);
      } else {
        this.#rest([partitionIndex], new FetchError(errorCode));
      }
    }
  }

  #handOver(fetched: fetchV17.FetchResponsePartition, position: bigint) {
    const partition = fetched.partitionIndex;
    if (this.paused.has(partition)) {
      return;
    }
    const batch = toRecordBatch(fetched, position);
    if (!batch) {
      return;
    }
    this.positions.set(partition, batch.nextOffset);
    this.sink.onRecords(batch);
  }

  #lose(partition: number) {
    this.positions.delete(partition);
    this.#watches.get(partition)?.stop();
    this.sink.onPositionLost(partition);
  }

  /** Read again with fresh metadata, after a while that grows. */
  #rest(partitions: readonly number[], error: unknown) {
    if (this.#isStopped) {
      return;
    }
    this.source.forgetMetadata();
    for (const partition of partitions) {
      const rest = this.#rests.get(partition);
      const failuresInARow = (rest?.failuresInARow ?? 0) + 1;
      if (isFinal(error, failuresInARow)) {
        this.#fail(error);
        return;
      }
      clearTimeout(rest?.timer);
      const timer = setTimeout(
        () => {
          this.#rests.set(partition, { failuresInARow, timer: undefined });
          this.wake();
        },
        Math.min(FIRST_RETRY_MS * 2 ** (failuresInARow - 1), MAX_RETRY_MS),
      );
      this.#rests.set(partition, { failuresInARow, timer });
    }
  }

  #fail(error: unknown) {
    this.stop();
    this.sink.onFailure(error);
  }
}

function isFinal(error: unknown, failuresInARow: number): boolean {
  if (error instanceof NoLeaderError) {
    return false;
  }
  const isStale = error instanceof FetchError && STALE.has(error.errorCode);
  const mayPass = isStale || !(error instanceof FetchError);
  return !mayPass || failuresInARow > MAX_FAILURES_IN_A_ROW;
}

function stalled(partition: number, limitMs: number): ConsumerStalledError {
  return new ConsumerStalledError(
    `Partition ${partition} was not read for ${limitMs / 1000} s, not even in vain; the group is joined anew`,
  );
}
