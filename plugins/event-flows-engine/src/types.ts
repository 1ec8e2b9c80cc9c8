import type {
  HeldUpRecord,
  PartitionStatus,
  QueueCounters,
  QueuePhase,
  QueueSettings,
  RewindTo,
  SaslInput,
  StartFrom,
  TlsInput,
} from '@event-flows/backstage-plugin-event-flows-common';

/**
 * How to reach a cluster, secrets included. Never logged, never reported.
 *
 * @public
 */
export interface BrokerAccess {
  /** Identity of the connection; equal ids share nothing but their name. */
  id: string;
  /** `host:port`; the others are found through these. */
  brokers: string[];
  /** Absent: no encryption. Empty: the system's certificate authorities. */
  tls?: TlsInput;
  /** Absent: no sign-in. */
  sasl?: SaslInput;
}

/**
 * Where a queue's records go, or why they cannot go anywhere now.
 *
 * @public
 */
export type DeliveryTarget =
  | {
      kind: 'version';
      /** Entity ref of the version; `latest` is resolved by whoever asks. */
      versionRef: string;
      endpoint: string;
      /** JSON Pointer; a 2xx answer with a value there is a refusal. */
      failurePointer?: string;
    }
  | {
      kind: 'unavailable';
      /** What is wrong and what to do, in a sentence; the queue pauses with it. */
      reason: string;
    };

/**
 * A queue that should run. The list of these is all that the engine is told;
 * what is not on the list does not run.
 *
 * @public
 */
export interface DesiredQueue {
  /** Identity of the queue, also in its reports. */
  id: string;
  /** The cluster that it reads from. */
  connection: BrokerAccess;
  /** The topic that it reads. */
  topic: string;
  /** Consumer group; one per queue, so that replicas share its partitions. */
  groupId: string;
  /** Entity ref of the algorithm. */
  algorithmRef: string;
  /** Where its records go now. */
  target: DeliveryTarget;
  /** How it delivers. */
  settings: QueueSettings;
  /**
   * Topic of the same cluster that the algorithm's answers are published to,
   * before their records count as delivered. Whoever puts it on the list has
   * checked that the algorithm may, and that no loop comes about.
   */
  outputTopic?: string;
  /**
   * Goes up when somebody enables or edits the queue: records that are held up
   * are tried anew then.
   */
  revision: number;
  /** About held-up records; each is carried out once by the replica that holds the record. */
  decisions: HeldUpDecision[];
  /**
   * Positions that were kept outside of Kafka, as they were when the queue was
   * put on the list. Partitions that Kafka has no position of go on from these.
   */
  known?: KnownPosition[];
  /** Whether receipts are made of its attempts; they show keys and answers. */
  receipts?: boolean;
}

/**
 * What a person decided about a record that is held up.
 *
 * @public
 */
export type HeldUpDecision = {
  /** Unique. */
  id: string;
  /** Partition of the record. */
  partition: number;
  /** Offset of the record, as text: offsets are 64 bits wide. */
  offset: string;
} & (
  | {
      /** Try it again now, or count it as done without having been delivered. */
      action: 'retry' | 'skip';
    }
  | {
      /** Count it as done when it is in this topic of the same cluster. */
      action: 'dead-letter';
      deadLetterTopic: string;
    }
);

/**
 * What one replica knows of one of its queues.
 *
 * @public
 */
export interface QueueReport {
  /** The id of the queue. */
  queueId: string;
  /** Changes when the replica begins to run the queue anew, and counts from zero. */
  run: string;
  /** What it is really doing. */
  phase: QueuePhase;
  /** Why it is in this phase, where there is something to say. */
  reason?: string;
  /** Of the partitions that this replica holds, in records. */
  lag: number;
  /** Over the last ten seconds or so. */
  deliveredPerSecond: number;
  /** ISO 8601. */
  lastDeliveredAt?: string;
  /** What went wrong last; holds no secret and no query of a URL. */
  lastError?: { at: string; message: string };
  /** Since this replica began to run the queue. */
  counters: QueueCounters;
  /** Entity ref of the version that requests go to now. */
  versionRef?: string;
  /** The partitions that this replica holds. */
  partitions: PartitionStatus[];
  /** Records that could not be delivered yet, those that stop their lane first; at most 20. */
  heldUp: HeldUpRecord[];
  /** Ids of decisions that are carried out for good, as long as they are on the queue's list. */
  decided: string[];
}

/**
 * What a cluster says of itself.
 *
 * @public
 */
export interface ClusterInfo {
  /** The id that the cluster was formatted with. */
  clusterId: string;
  /** Brokers that are alive. */
  brokers: number;
}

/**
 * What a cluster says of a topic.
 *
 * @public
 */
export interface TopicInfo {
  /** Unique in its cluster. */
  name: string;
  /** Kafka's own, like the one that holds committed positions. */
  internal: boolean;
  /** How many there are. */
  partitions: number;
  /** Of the partition that has most. */
  replicationFactor: number;
  /** Sum of high minus low watermarks; absent where the cluster did not tell. */
  approximateRecords?: number;
}

/**
 * How long a topic keeps its records.
 *
 * @public
 */
export interface TopicConfig {
  /** Milliseconds; absent: for ever, or not told. */
  retentionMs?: number;
  /** Bytes per partition; absent: no limit, or not told. */
  retentionBytes?: number;
}

/**
 * Up to where a partition was done at a moment.
 *
 * @public
 */
export interface KnownPosition {
  /** Number of the partition. */
  partition: number;
  /** Offset of the next record to be done, as text: offsets are 64 bits wide. */
  position: string;
  /**
   * When that was known, ISO 8601. Records before the position that are
   * younger than this belong to another topic of the same name, and are not done.
   */
  at: string;
}

/**
 * Where a group is in one partition of a topic, and what the topic has.
 * Offsets are text: they are 64 bits wide.
 *
 * @public
 */
export interface PartitionRange {
  /** Number of the partition. */
  partition: number;
  /** Offset of the first record that the topic still has. */
  low: string;
  /** Offset that the next record to be produced will have. */
  high: string;
  /** Offset of the next record to be done; absent: none was committed. */
  position?: string;
  /** Where the group would go on; inside of what the topic has. */
  target: string;
}

/**
 * Bytes of a record or of an answer; the beginning where there are many.
 *
 * @public
 */
export interface Excerpt {
  /** As many as are shown. */
  bytes: Uint8Array;
  /** Bytes of the whole. */
  size: number;
}

/**
 * Where a record lies in its topic.
 *
 * @public
 */
export interface RecordPlace {
  /** Number of the partition. */
  partition: number;
  /** As text: offsets are 64 bits wide. */
  offset: string;
}

/**
 * A record as it lies in a topic.
 *
 * @public
 */
export interface TopicRecord {
  /** Number of the partition. */
  partition: number;
  /** As text: offsets are 64 bits wide. */
  offset: string;
  /** Milliseconds since the epoch; absent where the record has none. */
  timestamp?: number;
  /** Null: it has none. */
  key: Excerpt | null;
  /** Null: it has none, as a tombstone. */
  value: Excerpt | null;
  /** In order; names may repeat, and may be anything. */
  headers: Array<{ name: string; value: Excerpt }>;
  /** Headers that are not shown, because there are so many. */
  headersLeftOut: number;
}

/**
 * A record that could not be delivered, as it lies in a dead-letter topic.
 *
 * @public
 */
export interface DeadLetter {
  /**
   * Made of what it was and when it first failed: tells it from another one
   * that lies at the same place, in a topic that was created anew.
   */
  id: string;
  /** Number of the dead-letter topic's partition. */
  partition: number;
  /** Offset in the dead-letter topic, as text. */
  offset: string;
  /** The record as it was in its own topic. */
  record: TopicRecord;
  /** Entity ref of the version that did not take it. */
  versionRef: string;
  /** Of the last answer; absent where there was none. */
  status?: number;
  /** `refused`, `poison`, `exhausted` or `decided`. */
  class: string;
  /** What went wrong. */
  reason: string;
  /** Requests that were made for it. */
  attempts: number;
  /** ISO 8601. */
  firstFailedAt?: string;
}

/**
 * Dead letters of a group, and how far a topic was looked at for them.
 *
 * @public
 */
export interface DeadLetterPage {
  /** The latest first. */
  letters: DeadLetter[];
  /** Absent: the whole topic was looked at. */
  older?: {
    /** Where to go on: offsets below which nothing was looked at. */
    before: RecordPlace[];
    /** How many records lie there, those of other groups included; offsets are counted. */
    records: number;
  };
}

/**
 * That something was done about a dead letter.
 *
 * @public
 */
export interface LetterMark extends RecordPlace {
  /** When; ISO 8601. */
  at: string;
  /** The letter's; absent where it was marked before letters had one. */
  letterId?: string;
}

/**
 * What came of one record that was sent to a version to try it.
 *
 * @public
 */
export interface DeliveryTrial {
  /** As it was sent. */
  request: {
    /** Without the query: it may hold what is nobody's business. */
    url: string;
    /** Names and values; those of the operator's credentials are masked. */
    headers: Array<{ name: string; value: string }>;
    /** Bytes of the body. */
    size: number;
  };
  /**
   * What a queue would do: count it as delivered, try it again, pause because
   * the endpoint has to be mended, or refuse the record.
   */
  outcome: 'delivered' | 'retried' | 'paused' | 'refused';
  /** Why it was not delivered. */
  reason?: string;
  /** Of the answer; absent where there was none. */
  status?: number;
  /** Milliseconds from the request to the end of the answer. */
  latencyMs: number;
  /** The body of the answer; absent where there was none. */
  answer?: Excerpt;
}

/**
 * What a topic has of one partition that a group has not done.
 *
 * @public
 */
export interface UnreadPartition {
  /** Number of the partition. */
  partition: number;
  /** Records that the topic still has. */
  records: number;
  /** Records that it does not have any more, and that were not done. */
  deleted: number;
  /** Of the first one, ISO 8601; absent: there is none, or it has no usable time. */
  firstAt?: string;
}

/**
 * What a topic has that a group has not done, and how long it keeps that.
 *
 * @public
 */
export interface UnreadRecords extends TopicConfig {
  /** All of the topic. */
  partitions: UnreadPartition[];
}

/**
 * How a call to a cluster ends early.
 *
 * @public
 */
export interface AdminCallOptions {
  /** Ends the call and its sockets. */
  signal?: AbortSignal;
  /** Milliseconds, over all; a call that takes longer fails with `timeout`. */
  timeoutMs?: number;
}

/**
 * Questions and small changes to a cluster. Each call opens its own client and
 * closes it before it settles.
 *
 * Every method throws a `BrokerConnectionError` whose reason says what failed.
 *
 * @public
 */
export interface BrokerAdmin {
  /** Connects to the cluster as the queues would. */
  probe(access: BrokerAccess, options?: AdminCallOptions): Promise<ClusterInfo>;
  /** Every topic that the cluster shows to this user. */
  topics(
    access: BrokerAccess,
    options?: AdminCallOptions,
  ): Promise<TopicInfo[]>;
  /** Undefined: the cluster has no such topic. */
  topic(
    access: BrokerAccess,
    topic: string,
    options?: AdminCallOptions,
  ): Promise<(TopicInfo & TopicConfig) | undefined>;
  /**
   * Sees to it that the group has a committed position on every partition of
   * the topic. Positions that the topic has are kept. Missing ones are set by
   * `known`, else by `startFrom`; in a group that has other positions, to the
   * beginning (a partition added meanwhile: none of its records were read).
   * One whose records are gone is set to the beginning too.
   */
  ensurePositions(
    access: BrokerAccess,
    position: {
      groupId: string;
      topic: string;
      startFrom: StartFrom;
      /** Of the same queue, kept outside of Kafka, which forgets those of idle groups. */
      known?: KnownPosition[];
    },
    options?: AdminCallOptions,
  ): Promise<void>;
  /**
   * Where the group is, and where it would be if it was moved. Changes nothing.
   * A partition that the move leaves alone has its position as its target.
   */
  planMove(
    access: BrokerAccess,
    plan: { groupId: string; topic: string; to: RewindTo },
    options?: AdminCallOptions,
  ): Promise<PartitionRange[]>;
  /**
   * Commits positions for the group; what was kept beside the old ones is gone.
   *
   * @returns false, and nothing has moved: the group has members
   */
  movePositions(
    access: BrokerAccess,
    move: {
      groupId: string;
      topic: string;
      positions: Array<{ partition: number; offset: string }>;
    },
    options?: AdminCallOptions,
  ): Promise<boolean>;
  /**
   * Looks at records without a consumer group: nobody's position moves, and
   * nothing is left on the cluster. In order of their timestamps; keys, values
   * and headers are cut where they are long.
   */
  records(
    access: BrokerAccess,
    query: {
      topic: string;
      /** From one offset on, or the latest of all partitions. */
      from: 'latest' | { partition: number; offset: string };
      /** Records, at most. */
      limit: number;
    },
    options?: AdminCallOptions,
  ): Promise<TopicRecord[]>;
  /**
   * Where the latest records of all partitions lie, without what is in them. In
   * order of their timestamps. Fewer than the topic has where reading them
   * takes long.
   */
  latestPlaces(
    access: BrokerAccess,
    query: {
      topic: string;
      /** Records, at most. */
      limit: number;
    },
    options?: AdminCallOptions,
  ): Promise<RecordPlace[]>;
  /**
   * Sends one record of a topic to a version exactly as delivery would, once.
   * No position moves, and nothing is published that is not asked for.
   *
   * @returns undefined: the topic does not have this record
   */
  tryDelivery(
    access: BrokerAccess,
    trial: {
      topic: string;
      partition: number;
      offset: string;
      target: DeliveryTarget;
      /** Milliseconds for the request. */
      timeoutMs: number;
      /**
       * The topic holds dead letters, and the record is this one of this group:
       * it is sent as it was, with its own topic, partition and offset.
       */
      deadLetter?: { groupId: string; id: string };
      /** Where the queue publishes answers; one that is too long for it is a refusal. */
      output?: {
        topic: string;
        /**
         * Entity ref of the algorithm: its answer is published, and only then
         * the outcome is `delivered`. Absent: it is not published.
         */
        publisher?: string;
      };
    },
    options?: AdminCallOptions,
  ): Promise<DeliveryTrial | undefined>;
  /**
   * The dead letters of a group, from the latest on. One call looks at a part
   * of the topic, and says where to go on.
   */
  deadLetters(
    access: BrokerAccess,
    query: {
      topic: string;
      groupId: string;
      /** Letters, at most. */
      limit: number;
      /** Looks below these offsets only, where an earlier call left off. */
      before?: RecordPlace[];
      /** Only those with this text in their reason, in upper or lower case. */
      reason?: string;
      /** Those that are done, and left out. */
      done?: LetterMark[];
    },
    options?: AdminCallOptions,
  ): Promise<DeadLetterPage>;
  /** Undefined: there is no dead letter of the group at this place. */
  deadLetter(
    access: BrokerAccess,
    query: RecordPlace & { topic: string; groupId: string },
    options?: AdminCallOptions,
  ): Promise<DeadLetter | undefined>;
  /**
   * Deletes dead letters of a group that are done from the topic: in each
   * partition those before the first one that is not, or that is none of the
   * group. Where there are many, a part of them.
   *
   * @returns how many records that were, or would be
   */
  purgeDeadLetters(
    access: BrokerAccess,
    purge: {
      topic: string;
      groupId: string;
      /** Those that are done. Another one at the same place stays. */
      done: LetterMark[];
      /** Nothing is deleted. */
      checkOnly: boolean;
    },
    options?: AdminCallOptions,
  ): Promise<number>;
  /**
   * What the topic has that the group has not done. Where Kafka has forgotten
   * a position, it is `known`, else the beginning. Offsets are counted.
   * Undefined: the cluster has no such topic.
   */
  unread(
    access: BrokerAccess,
    asked: { groupId: string; topic: string; known?: KnownPosition[] },
    options?: AdminCallOptions,
  ): Promise<UnreadRecords | undefined>;
  /** Members of the consumer group, over all replicas; 0 for an unknown one. */
  groupMembers(
    access: BrokerAccess,
    groupId: string,
    options?: AdminCallOptions,
  ): Promise<number>;
}

/**
 * How requests ended, over some time.
 *
 * @public
 */
export interface AttemptCounts {
  /** Attempts after which the record was not delivered, whoever's matter that was. */
  failed: number;
  /**
   * How many took how long, in buckets that grow; see `latencyAt`. Empty: no
   * request has ended.
   */
  latencies: number[];
}

/**
 * How one attempt to deliver a record ended, or how the record was done without
 * having been delivered.
 *
 * @public
 */
export interface Receipt {
  /** Number of the partition. */
  partition: number;
  /** As text: offsets are 64 bits wide. */
  offset: string;
  /** Of the record, in milliseconds since the epoch; absent where it has none. */
  timestamp?: number;
  /** Of the record. */
  key: Excerpt | null;
  /** When the attempt began, or the record was done; ISO 8601. */
  at: string;
  /** Which attempt it was, of those that count; 1 is the first. */
  attempt: number;
  /** As in a {@link DeliveryTrial}, or what became of the record in the end. */
  outcome: DeliveryTrial['outcome'] | 'dead-lettered' | 'skipped';
  /** Why it was not delivered. */
  reason?: string;
  /** Entity ref of the version that the request went to. */
  versionRef?: string;
  /** Of the answer; absent where there was none. */
  status?: number;
  /** Milliseconds from the request to the end of the answer; absent: nothing was sent. */
  latencyMs?: number;
  /** The body of the answer; absent where there was none. */
  answer?: Excerpt;
}

/**
 * What was observed of one queue since it was asked for last.
 *
 * @public
 */
export interface QueueObservation {
  /** The id of the queue. */
  queueId: string;
  /** All attempts. */
  attempts: AttemptCounts;
  /**
   * In the order in which the attempts ended. Of a queue that makes more than
   * five attempts a second over some time, a sample; of failures another one.
   */
  receipts: Receipt[];
}

/**
 * What an engine knows of its queues at a moment.
 *
 * @public
 */
export interface EngineReports {
  /** One for each queue on the list, and for each that is still being stopped. */
  current: QueueReport[];
  /** The last reports of runs that have ended since, in that order; each is told once. */
  ended: QueueReport[];
  /** Of the queues of which there is something; each is told once, and may be lost. */
  observed: QueueObservation[];
}

/**
 * Runs queues: takes their records from Kafka, delivers each to its endpoint,
 * commits positions below which everything is done.
 *
 * @public
 */
export interface DeliveryEngine {
  /** Questions to clusters, apart from any queue. */
  readonly admin: BrokerAdmin;
  /**
   * Replaces the list of queues that should run. Resolves when that is in
   * effect: a queue that is not on the list any more begins no request from
   * then on. What it has under way is finished or abandoned, committed, and
   * its group left, in the time after that; it is reported until then.
   *
   * A queue whose connection, topics or settings changed is stopped likewise,
   * and starts anew when it has left its group. A changed target takes effect
   * with the next request. No queue waits for another one.
   */
  apply(queues: DesiredQueue[]): Promise<void>;
  /** To be asked by one owner: what ended is told to whoever asks first. */
  reports(): Promise<EngineReports>;
  /**
   * Stops everything: drains, commits, leaves the groups.
   *
   * @returns the last reports of all runs that were not told yet
   */
  close(): Promise<QueueReport[]>;
}

/**
 * What the operator configures.
 *
 * @public
 */
export interface EngineOptions {
  /** The client library that reads and writes records; absent: `kafkajs`. */
  driver?: 'kafkajs' | 'platformatic';
  /** Which brokers may be dialled. */
  brokers: {
    /** `host:port` patterns or CIDR:port; nothing else is dialled. */
    allow: string[];
    /** Which of them may be sent a password in plain text, by the name that they are dialled by. */
    allowPlaintextPasswords?: string[];
  };
  /** Which endpoints may be called, and with what. */
  endpoints: {
    /** URL prefixes; nothing else is called. */
    allow: string[];
    /** Headers for requests below a prefix; the longest prefix wins. */
    credentials: Array<{ prefix: string; headers: Record<string, string> }>;
  };
  /** Record headers that are passed on to endpoints, lower case. */
  forwardHeaders: string[];
  /** Milliseconds that requests in flight get to finish on stop. */
  drainTimeoutMs: number;
}

/**
 * A line for the operator's log. Holds no payload and no secret.
 *
 * @public
 */
export interface EngineLogEntry {
  /** How much it matters. */
  level: 'debug' | 'info' | 'warn' | 'error';
  /** A sentence. */
  message: string;
  /** Details for a search. */
  fields?: Record<string, string | number | boolean>;
}
