import type { Client } from './clients/Client';
import type { KeyPattern, Scenario } from './scenario';

/** How long things are looked at. */
export interface Timing {
  /** Milliseconds before a JVM is measured. */
  jvmWarmUpMs: number;
  /** Milliseconds before anything else is measured. */
  warmUpMs: number;
  /** Milliseconds of one window; its rate counts once. */
  windowMs: number;
  windows: number;
}

/** A topic and how often it is delivered. */
export interface TopicPlan {
  recordBytes: number;
  keys: KeyPattern;
  /** More than the fastest client takes while it is warmed up and measured. */
  records: number;
  latenciesMs: number[];
}

/** What one run of the bench does. */
export interface Plan {
  timing: Timing;
  topics: TopicPlan[];
  /** Numbers of queues that have nothing to do. */
  idleQueues: number[];
  portal: boolean;
  /** Records of one partition; 0: that is not measured. */
  partitionRecords: number;
}

const LATENCIES_MS = [0, 10, 100];
const KIB = 1_024;

/** The table that matters most, in a few minutes. */
export const QUICK: Plan = {
  timing: {
    jvmWarmUpMs: 25_000,
    warmUpMs: 3_000,
    windowMs: 1_000,
    windows: 6,
  },
  topics: [
    {
      recordBytes: KIB,
      keys: 'uniform',
      records: 2_600_000,
      latenciesMs: LATENCIES_MS,
    },
  ],
  idleQueues: [],
  portal: false,
  partitionRecords: 0,
};

/** Everything. */
export const FULL: Plan = {
  timing: {
    jvmWarmUpMs: 25_000,
    warmUpMs: 8_000,
    windowMs: 2_000,
    windows: 6,
  },
  topics: [
    { recordBytes: KIB, records: 3_400_000 },
    { recordBytes: 100, records: 3_000_000 },
    { recordBytes: 100 * KIB, records: 90_000 },
  ].flatMap(topic =>
    (['uniform', 'hot'] as const).map(keys => ({
      ...topic,
      keys,
      latenciesMs: LATENCIES_MS,
    })),
  ),
  idleQueues: [100, 1_000],
  portal: true,
  partitionRecords: 1_200_000,
};

/** One line of the table, to be measured. */
export interface PlannedRow extends Scenario {
  client: Client;
  workers: number;
}

export function rowsOf(topic: TopicPlan, clients: Client[]): PlannedRow[] {
  const { recordBytes, keys } = topic;
  return topic.latenciesMs.flatMap(latencyMs =>
    clients.flatMap(client =>
      client.workers.map(workers => ({
        client,
        workers,
        latencyMs,
        recordBytes,
        keys,
      })),
    ),
  );
}
