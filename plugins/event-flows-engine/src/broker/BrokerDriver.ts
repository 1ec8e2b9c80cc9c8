import type {
  AdminCallOptions,
  BrokerAccess,
  BrokerAdmin,
  EngineLogEntry,
  KnownPosition,
  PurgedLetters,
  RecordPlace,
} from '../types';

/** Writes a line to the operator's log. */
export type Log = (entry: EngineLogEntry) => void;

/** A record as it lies in a topic. */
export interface BrokerRecord {
  partition: number;
  offset: bigint;
  /** Milliseconds since the epoch; negative where the record has none. */
  timestamp: number;
  key: Buffer | null;
  value: Buffer | null;
  /** In order; names may repeat, and may be anything. */
  headers: ReadonlyArray<readonly [name: string, value: Buffer]>;
}

/** What one read of a partition gave. */
export interface RecordBatch {
  partition: number;
  /** Where the read began: the position that the group had, after a rebalance. */
  fetchedFrom: bigint;
  /** Offsets go up and may have gaps. */
  records: BrokerRecord[];
  /** The offset after the last of the batch, records that are not shown included. */
  nextOffset: bigint;
  /** The offset that the next record to be produced will have. */
  highWatermark: bigint;
}

/** A partition that the member of a group holds. */
export interface AssignedPartition {
  partition: number;
  /** The position that the group has; reading begins there. Undefined: none yet. */
  committed: bigint | undefined;
  /** What was committed beside the position; empty where there was nothing. */
  metadata: string;
}

/** What the member of a consumer group is told; never more than one call at once. */
export interface ConsumerHandler {
  /**
   * Partitions may be lost: nothing new should begin until `onAssigned`. The
   * group is joined anew when the promise settles, which should be well
   * within its session; what is committed by then is not repeated.
   */
  onRebalancing(): Promise<void>;
  /** These partitions and no others are held from now on. */
  onAssigned(assignment: AssignedPartition[]): void;
  /** Bytes that the next read may bring of each partition; a batch that is larger comes whole. */
  readBytes(): number;
  /**
   * Takes the records over. A partition that is paused while this runs is not
   * read again before it is resumed.
   */
  onRecords(batch: RecordBatch): void;
  /**
   * The topic does not have the position of this partition: records were
   * deleted before they were read, or the topic was created anew. It is not
   * read any more.
   */
  onPositionLost(partition: number): void;
}

/** A position to commit: the offset of the next record to be done. */
export interface Position {
  partition: number;
  offset: bigint;
  /** To be kept beside it for the next owner; at most 4,000 bytes. */
  metadata: string;
}

/** A member of a consumer group. It reads from committed positions on. */
export interface BrokerConsumer {
  readonly clusterId: string;
  /** Resolves with the reason when the consumer has stopped working by itself. */
  readonly failed: Promise<Error>;
  commit(positions: Position[]): Promise<void>;
  /** Partitions that are not held are ignored. */
  pause(partitions: number[]): void;
  resume(partitions: number[]): void;
  /** Leaves the group and closes every socket, at the latest after the deadline. */
  close(deadlineMs: number): Promise<void>;
}

/** A record to be written. */
export interface RecordToPublish {
  key: Buffer | null;
  value: Buffer | null;
  /** Milliseconds since the epoch; negative: now. */
  timestamp: number;
  headers: ReadonlyArray<readonly [name: string, value: Buffer]>;
}

/** Writes records; connects when the first one comes. */
export interface BrokerProducer {
  /** Resolves when all replicas in sync have the record. */
  publish(topic: string, record: RecordToPublish): Promise<void>;
  close(): Promise<void>;
}

/** Where the reading of a partition is to begin. */
export interface Start {
  partition: number;
  offset: bigint;
}

/** What is looked for in a topic, from its end towards its beginning. */
export interface RecordSearch<T> {
  topic: string;
  /**
   * Looks only below these offsets, and at no partition that is not named;
   * absent: at all that there is.
   */
  before?: readonly RecordPlace[];
  /** Records to be found, at most. */
  limit: number;
  /** What is kept of a record; undefined: it is not looked for. */
  pick: (record: BrokerRecord) => T | undefined;
}

/** How far a search has come. */
export interface SearchResult<T> {
  /** The latest first. */
  found: T[];
  /** Where to go on; empty: everything was looked at. */
  before: RecordPlace[];
  /** Offsets that were not looked at. */
  left: number;
}

/** What drivers answer themselves; the rest takes endpoints, too. */
type BrokerAnswers = Omit<
  BrokerAdmin,
  'records' | 'tryDelivery' | 'deadLetter' | 'deadLetters' | 'purgeDeadLetters'
>;

/** What the engine asks a cluster, in addition to what everybody may. */
export interface DriverAdmin extends BrokerAnswers {
  /**
   * See `BrokerAdmin.records`, whole.
   *
   * @throws BrokerConnectionError
   */
  read(
    access: BrokerAccess,
    query: {
      topic: string;
      from: 'latest' | { partition: number; offset: string };
      limit: number;
    },
    options?: AdminCallOptions,
  ): Promise<{ clusterId: string; records: BrokerRecord[] }>;
  /**
   * Looks for records from the end of a topic towards its beginning. One call
   * looks at a part of what there is, and says where to go on.
   *
   * @throws BrokerConnectionError
   */
  search<T>(
    access: BrokerAccess,
    search: RecordSearch<T>,
    options?: AdminCallOptions,
  ): Promise<SearchResult<T>>;
  /**
   * Deletes what is done at the beginning of each partition of a topic, and
   * says what that was, or would be.
   *
   * @throws BrokerConnectionError
   */
  purge(
    access: BrokerAccess,
    purge: {
      topic: string;
      isDone: (record: BrokerRecord) => boolean;
      /** Nothing is deleted. */
      checkOnly: boolean;
    },
    options?: AdminCallOptions,
  ): Promise<PurgedLetters>;
  /**
   * Where partitions begin whose positions were kept outside of Kafka: there,
   * or at the first record that is younger than the moment at which they were
   * kept; at the beginning where the topic does not have the position.
   *
   * @throws BrokerConnectionError
   */
  startsOf(
    access: BrokerAccess,
    kept: { topic: string; known: readonly KnownPosition[] },
    options?: AdminCallOptions,
  ): Promise<Start[]>;
}

/** Everything that the engine needs of a kind of broker. */
export interface BrokerDriver {
  readonly admin: DriverAdmin;
  /**
   * Joins a consumer group. Resolves when the group has assigned partitions
   * for the first time.
   *
   * @throws BrokerConnectionError
   */
  consume(
    access: BrokerAccess,
    subscription: { groupId: string; topic: string },
    handler: ConsumerHandler,
    options: { signal: AbortSignal },
  ): Promise<BrokerConsumer>;
  producer(access: BrokerAccess): BrokerProducer;
}
