import type {
  HeldUpRecord,
  PartitionStatus,
  QueueCounters,
  QueuePhase,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerAdmin } from './BrokerAdmin';
import type { DesiredQueue } from './desiredQueue';
import type { QueueObservation } from './observations';

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
