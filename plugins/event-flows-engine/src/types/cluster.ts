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
