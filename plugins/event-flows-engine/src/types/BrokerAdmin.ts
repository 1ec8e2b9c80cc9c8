import type {
  RewindTo,
  StartFrom,
} from '@event-flows/backstage-plugin-event-flows-common';
import type {
  ClusterInfo,
  KnownPosition,
  PartitionRange,
  TopicConfig,
  TopicInfo,
  UnreadRecords,
} from './cluster';
import type {
  DeadLetter,
  DeadLetterPage,
  LetterMark,
  PurgedLetters,
} from './deadLetters';
import type { BrokerAccess, DeliveryTarget } from './desiredQueue';
import type { DeliveryTrial, RecordPlace, TopicRecord } from './records';

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
   *
   * A queue that has not begun yet (`isFirst`) starts where it is said now: what
   * an attempt to enable it has left, which was refused later, does not count.
   *
   * @returns false, of such a queue: the group has members, and positions that
   * may be others
   */
  ensurePositions(
    access: BrokerAccess,
    position: {
      groupId: string;
      topic: string;
      startFrom: StartFrom;
      /** Of the same queue, kept outside of Kafka, which forgets those of idle groups. */
      known?: KnownPosition[];
      /** Nothing was ever delivered by this group. */
      isFirst?: boolean;
    },
    options?: AdminCallOptions,
  ): Promise<boolean>;
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
   * @returns what that was, or would be
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
  ): Promise<PurgedLetters>;
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
