import type { ClusterMetadata, fetchV17 } from '@platformatic/kafka';
import type { ConsumerHandler } from '../BrokerDriver';
import { toRecordBatch } from './fetchedRecords';

/** How long a fetch waits for records, and thereby a stop or a resumed partition. */
const MAX_WAIT_MS = 500;
/** The same while a partition is paused, and about to be read again. */
const SHORT_WAIT_MS = 100;
const MAX_FAILURES_IN_A_ROW = 5;
const FIRST_RETRY_MS = 300;

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

/**
 * Reads the partitions of one assignment: from each broker that leads some of
 * them, one fetch at a time, without those that are paused.
 */
export class FetchLoop {
  readonly #busyNodes = new Set<number>();
  #isPlanning = false;
  #isStopped = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly source: FetchSource,
    private readonly sink: FetchSink,
    /** Where the next read of each partition begins; kept up to date. */
    private readonly positions: Map<number, bigint>,
    private readonly paused: ReadonlySet<number>,
  ) {}

  /** Begins every read that can begin; to be called when that may have changed. */
  wake(): void {
    if (
      !this.#isStopped &&
      !this.#isPlanning &&
      this.#retry === undefined &&
      this.#readable().length > 0
    ) {
      this.#isPlanning = true;
      void this.#plan();
    }
  }

  /** What is read after this is told to nobody. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
  }

  #readable(): number[] {
    return [...this.positions.keys()].filter(
      partition => !this.paused.has(partition),
    );
  }

  async #plan() {
    let metadata: ClusterMetadata;
    try {
      metadata = await this.source.metadata();
    } catch (error) {
      this.#isPlanning = false;
      this.#retryLater(error);
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
        this.#retryLater(
          new Error(`The partitions ${partitions} have no leader`),
        );
      } else if (!this.#busyNodes.has(node)) {
        void this.#read(node, partitions);
      }
    }
  }

  async #read(node: number, partitions: number[]) {
    this.#busyNodes.add(node);
    const asked = new Map<number, bigint>();
    for (const partition of partitions) {
      asked.set(partition, this.positions.get(partition) ?? 0n);
    }
    const partitionMaxBytes = this.sink.readBytes();
    try {
      const fetched = await this.source.fetch(node, {
        maxWaitMs: this.paused.size > 0 ? SHORT_WAIT_MS : MAX_WAIT_MS,
        partitions: [...asked].map(([partition, fetchOffset]) => ({
          partition,
          fetchOffset,
          currentLeaderEpoch: -1,
          lastFetchedEpoch: -1,
          partitionMaxBytes,
        })),
      });
      this.#busyNodes.delete(node);
      if (!this.#isStopped) {
        this.#takeOver(fetched, asked);
      }
    } catch (error) {
      this.#busyNodes.delete(node);
      this.#retryLater(error);
    }
    this.wake();
  }

  #takeOver(
    fetched: fetchV17.FetchResponsePartition[],
    asked: ReadonlyMap<number, bigint>,
  ) {
    let stale: number | undefined;
    for (const partition of fetched) {
      const { errorCode, partitionIndex } = partition;
      const position = asked.get(partitionIndex);
      if (position === undefined) {
        continue;
      }
      if (errorCode === NO_ERROR) {
        this.#handOver(partition, position);
      } else if (errorCode === OFFSET_OUT_OF_RANGE) {
        this.positions.delete(partitionIndex);
        this.sink.onPositionLost(partitionIndex);
      } else {
        stale = errorCode;
      }
    }
    if (stale === undefined) {
      this.#failures = 0;
    } else {
      throw new FetchError(stale);
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

  /** With fresh metadata, after a while that grows. */
  #retryLater(error: unknown) {
    if (this.#isStopped || this.#retry !== undefined) {
      return;
    }
    const isFinal = error instanceof FetchError && !STALE.has(error.errorCode);
    if (isFinal || this.#failures >= MAX_FAILURES_IN_A_ROW) {
      this.#fail(error);
      return;
    }
    this.source.forgetMetadata();
    this.#retry = setTimeout(
      () => {
        this.#retry = undefined;
        this.wake();
      },
      FIRST_RETRY_MS * 2 ** this.#failures,
    );
    this.#failures += 1;
  }

  #fail(error: unknown) {
    this.stop();
    this.sink.onFailure(error);
  }
}
