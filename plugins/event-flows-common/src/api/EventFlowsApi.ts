import type {
  Allowed,
  Connection,
  CopiedPublisher,
  CopyPublishers,
  CreateConnection,
  DeadLetterList,
  DecideHeldUpRecord,
  Dismiss,
  ListDeadLetters,
  ListQueueTrends,
  ListPlaces,
  FindReceipts,
  MoveQueue,
  Peek,
  PurgeDeadLetters,
  PurgedDeadLetters,
  ReceiptList,
  HistoryPeriod,
  Queue,
  QueueHistory,
  QueueTrendList,
  Redeliver,
  RecentChange,
  RecordPlace,
  RewindPreview,
  RewindQueue,
  RewindTo,
  SecretRotation,
  TopicDetails,
  TopicList,
  TopicRecord,
  TryVersion,
  UpdateAccess,
  UpdateQueue,
  VersionTrial,
} from '../schemas';

/**
 * What every request can be given.
 *
 * @public
 */
export interface RequestOptions {
  /** Ends the request, also on the server's side where it waits for a cluster. */
  signal?: AbortSignal;
}

/**
 * Everything that a person can do with Event Flows, as one typed interface.
 * Each method throws a `ResponseError` of `@backstage/errors` where the backend
 * refuses.
 *
 * @public
 */
export interface EventFlowsApi {
  /** Names of the permissions of administration that the caller has. */
  getAllowed(options?: RequestOptions): Promise<Allowed>;

  /** The registered clusters. */
  getConnections(options?: RequestOptions): Promise<{ items: Connection[] }>;
  /** One registered cluster. */
  getConnection(id: string, options?: RequestOptions): Promise<Connection>;
  /** Connects for real first; nothing is stored if that fails. */
  createConnection(
    connection: CreateConnection,
    options?: RequestOptions,
  ): Promise<Connection>;
  /** Answers when the connection's queues have stopped on every replica. */
  deleteConnection(id: string, options?: RequestOptions): Promise<void>;

  /** A connection's topics; the last known ones where the cluster is unreachable. */
  getTopics(connectionId: string, options?: RequestOptions): Promise<TopicList>;
  /** One topic and the algorithms with access to it. */
  getTopic(
    connectionId: string,
    topic: string,
    options?: RequestOptions,
  ): Promise<TopicDetails>;
  /** Replaces the list of algorithms with access; queues of removed ones stop. */
  updateAccess(
    connectionId: string,
    topic: string,
    update: UpdateAccess,
    options?: RequestOptions,
  ): Promise<TopicDetails>;
  /**
   * Lets algorithms publish at a connection wherever they may at another one of
   * the same cluster; answers where they may from now on and could not before.
   */
  copyPublishers(
    connectionId: string,
    copy: CopyPublishers,
    options?: RequestOptions,
  ): Promise<{ items: CopiedPublisher[] }>;

  /** The queues of the algorithm with this entity ref. */
  getAlgorithmQueues(
    algorithmRef: string,
    options?: RequestOptions,
  ): Promise<{ items: Queue[] }>;
  /** Every queue that the caller may see. */
  getQueues(options?: RequestOptions): Promise<{ items: Queue[] }>;
  /** What queues did in the last hour, roughly; of those that the caller may see. */
  listQueueTrends(
    list: ListQueueTrends,
    options?: RequestOptions,
  ): Promise<QueueTrendList>;
  /** One queue. */
  getQueue(id: string, options?: RequestOptions): Promise<Queue>;
  /** Who changed a queue lately, and what; the latest first. */
  getQueueChanges(
    id: string,
    options?: RequestOptions,
  ): Promise<{ items: RecentChange[] }>;
  /** What a queue did in the last hour or day. */
  getQueueHistory(
    id: string,
    period: HistoryPeriod,
    options?: RequestOptions,
  ): Promise<QueueHistory>;
  /** Enables, edits or disables a queue. */
  updateQueue(
    id: string,
    update: UpdateQueue,
    options?: RequestOptions,
  ): Promise<Queue>;
  /** Tries a record that is held up again now, skips it or dead-letters it. */
  decideHeldUpRecord(
    queueId: string,
    decision: DecideHeldUpRecord,
    options?: RequestOptions,
  ): Promise<Queue>;
  /**
   * Moves a queue to another connection of the same cluster. It has arrived when
   * it has no `openMove` any more; until then it can be moved back.
   */
  moveQueue(
    queueId: string,
    move: MoveQueue,
    options?: RequestOptions,
  ): Promise<Queue>;
  /** Looks at records of the queue's topic; no position moves. */
  peek(
    queueId: string,
    peek: Peek,
    options?: RequestOptions,
  ): Promise<{ items: TopicRecord[] }>;
  /** Where the latest records of the queue's topic lie; no position moves. */
  listPlaces(
    queueId: string,
    list: ListPlaces,
    options?: RequestOptions,
  ): Promise<{ items: RecordPlace[] }>;
  /** What came of the latest attempts to deliver records. */
  findReceipts(
    queueId: string,
    find: FindReceipts,
    options?: RequestOptions,
  ): Promise<ReceiptList>;
  /** Sends one record to a version, as delivery would; no position moves. */
  tryVersion(
    queueId: string,
    attempt: TryVersion,
    options?: RequestOptions,
  ): Promise<VersionTrial>;
  /**
   * The queue's dead letters from the latest on, with what was done about them.
   * One call looks at a part of the topic; the answer says where to go on.
   */
  listDeadLetters(
    queueId: string,
    list: ListDeadLetters,
    options?: RequestOptions,
  ): Promise<DeadLetterList>;
  /** Sends a dead letter to this algorithm alone, as it was. */
  redeliver(
    queueId: string,
    redeliver: Redeliver,
    options?: RequestOptions,
  ): Promise<VersionTrial>;
  /** Says that nothing is to be done about a dead letter. */
  dismiss(
    queueId: string,
    dismiss: Dismiss,
    options?: RequestOptions,
  ): Promise<void>;
  /** Deletes from Kafka what was redelivered or dismissed, up to the first that was not. */
  purgeDeadLetters(
    queueId: string,
    purge: PurgeDeadLetters,
    options?: RequestOptions,
  ): Promise<PurgedDeadLetters>;
  /** What moving the position of a queue would mean, in records. */
  previewRewind(
    queueId: string,
    to: RewindTo,
    options?: RequestOptions,
  ): Promise<RewindPreview>;
  /** Moves the position of a queue that is disabled. */
  rewindQueue(
    queueId: string,
    rewind: RewindQueue,
    options?: RequestOptions,
  ): Promise<Queue>;

  /** Which keys wrap the stored secrets, and which secrets do not open. */
  getSecretRotation(options?: RequestOptions): Promise<SecretRotation>;
  /** Has the secrets of older keys wrapped with the current one, now. */
  rotateSecrets(options?: RequestOptions): Promise<SecretRotation>;
}
