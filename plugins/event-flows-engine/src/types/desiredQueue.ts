import type {
  QueueSettings,
  SaslInput,
  TlsInput,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { KnownPosition } from './cluster';

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
