import { randomUUID } from 'node:crypto';
import { BrokerConnectionError } from '@event-flows/backstage-plugin-event-flows-common';
import {
  isMarkOf,
  type BrokerAccess,
  type BrokerAdmin,
  type DeadLetter,
  type DeliveryTarget,
  type DeliveryTrial,
  type TopicRecord,
  type DeliveryEngine,
  type DesiredQueue,
  type LetterMark,
  type EngineReports,
  type QueueObservation,
  type QueueReport,
  type TopicConfig,
  type TopicInfo,
  type UnreadRecords,
} from '@event-flows/engine';

/** A cluster of an {@link InMemoryEngine}. */
export interface InMemoryCluster {
  clusterId: string;
  topics: Array<TopicInfo & TopicConfig>;
  /** What every call to it throws, while it is set. */
  failure?: BrokerConnectionError;
}

/** A topic with the usual facts. */
export function topicInfo(
  name: string,
  facts: Partial<TopicInfo & TopicConfig> = {},
): TopicInfo & TopicConfig {
  return {
    name,
    internal: false,
    partitions: 3,
    replicationFactor: 1,
    approximateRecords: 0,
    ...facts,
  };
}

interface Run {
  id: string;
  queue: DesiredQueue;
  isStopping: boolean;
}

/**
 * Stands for the engine and its clusters in tests of what the backend decides:
 * it lets them choose what a cluster answers and what a queue reports, which a
 * real one does not. Delivery itself is tested with the real engine.
 */
export class InMemoryEngine implements DeliveryEngine {
  /** By the first broker address of the connection. */
  readonly clusters = new Map<string, InMemoryCluster>();
  /** What `apply` was given, call by call. */
  readonly applied: DesiredQueue[][] = [];
  /** Reports that differ from those of a queue that runs without records. */
  readonly overrides = new Map<string, Partial<QueueReport>>();
  /** What is told next of attempts. */
  observed: QueueObservation[] = [];
  /** How last reports differ from those before, by queue. */
  readonly finals = new Map<string, Partial<QueueReport>>();
  /** Queues whose requests do not end, so that they are not done with stopping. */
  readonly hanging = new Set<string>();
  /** Positions that were asked for, by group. */
  readonly positions = new Map<string, unknown>();
  /** What every topic holds, by offset. */
  records: TopicRecord[] = [];
  /** What every dead-letter topic holds, the oldest first. */
  deadLetters: DeadLetter[] = [];
  /** What comes of trying a version. */
  trialOf: (target: DeliveryTarget) => DeliveryTrial = () => ({
    request: { url: 'https://algorithms.example.com/', headers: [], size: 1 },
    ...{ outcome: 'delivered', status: 200, latencyMs: 12 },
  });
  /** Records that were sent to be tried, or redelivered. */
  readonly trials: Array<Parameters<BrokerAdmin['tryDelivery']>[1]> = [];
  /** Positions that were moved, by group. */
  readonly moved = new Map<
    string,
    Array<{ partition: number; offset: string }>
  >();
  /** What topics have that groups have not done, by group. */
  readonly unread = new Map<string, UnreadRecords>();
  /** Members of groups in addition to the queues that run here. */
  readonly foreignMembers = new Map<string, number>();
  /** Calls to clusters, of whichever kind. */
  calls = 0;
  /** Secrets that reached the engine, as it was told them. */
  readonly probed: BrokerAccess[] = [];
  /** `apply` waits for it. */
  gate: Promise<void> = Promise.resolve();
  closed = false;
  #runs: Run[] = [];
  #ended: QueueReport[] = [];

  /** The queues that requests begin for now. */
  get running(): DesiredQueue[] {
    return this.applied.at(-1) ?? [];
  }

  readonly admin: BrokerAdmin = {
    probe: async access => {
      this.probed.push(access);
      const { clusterId } = this.#clusterOf(access);
      return { clusterId, brokers: 1 };
    },
    topics: async access => this.#clusterOf(access).topics,
    topic: async (access, name) =>
      this.#clusterOf(access).topics.find(topic => topic.name === name),
    ensurePositions: async (access, { groupId, startFrom, isFirst }) => {
      this.#clusterOf(access);
      if (isFirst || !this.positions.has(groupId)) {
        this.positions.set(groupId, startFrom);
      }
      return true;
    },
    planMove: async (access, { groupId, to }) => {
      this.#clusterOf(access);
      const target = to.kind === 'earliest' ? '0' : '10';
      const position = this.moved.get(groupId)?.[0].offset ?? '5';
      return [{ partition: 0, low: '0', high: '10', position, target }];
    },
    movePositions: async (access, { groupId, positions }) => {
      this.#clusterOf(access);
      const hasMembers = (this.foreignMembers.get(groupId) ?? 0) > 0;
      if (!hasMembers) {
        this.moved.set(groupId, positions);
      }
      return !hasMembers;
    },
    records: async (access, { from, limit }) => {
      this.#clusterOf(access);
      const first = from === 'latest' ? 0 : Number(from.offset);
      return this.records.slice(first, first + limit);
    },
    latestPlaces: async (access, { limit }) => {
      this.#clusterOf(access);
      return this.records
        .slice(-limit)
        .map(({ partition, offset }) => ({ partition, offset }));
    },
    tryDelivery: async (access, trial) => {
      this.#clusterOf(access);
      this.trials.push(trial);
      const { offset, target, deadLetter } = trial;
      const isThere = deadLetter
        ? this.#letterAt(offset)?.id === deadLetter.id
        : this.records.some(record => record.offset === offset);
      return isThere ? this.trialOf(target) : undefined;
    },
    purgeDeadLetters: async (access, { done, checkOnly }) => {
      this.#clusterOf(access);
      const firstOpen = this.deadLetters.findIndex(
        letter => !isDone(letter, done),
      );
      const records = firstOpen < 0 ? this.deadLetters.length : firstOpen;
      const last = this.deadLetters[records - 1];
      if (!checkOnly) {
        this.deadLetters = this.deadLetters.slice(records);
      }
      return {
        records,
        before: last
          ? [{ partition: 0, offset: `${Number(last.offset) + 1}` }]
          : [],
      };
    },
    deadLetters: async (access, { limit, before, reason = '', done = [] }) => {
      this.#clusterOf(access);
      const [{ offset: end } = { offset: 'all' }] = before ?? [];
      const below = this.deadLetters.filter(
        ({ offset }) => end === 'all' || Number(offset) < Number(end),
      );
      const letters = below
        .filter(letter => !isDone(letter, done))
        .filter(letter => letter.reason.includes(reason))
        .slice(-limit)
        .reverse();
      const last = letters.length < limit ? undefined : letters.at(-1);
      const records = last ? below.indexOf(last) : 0;
      return {
        letters,
        ...(last &&
          records > 0 && {
            older: { before: [placeOf(last)], records },
          }),
      };
    },
    deadLetter: async (access, { offset }) => {
      this.#clusterOf(access);
      return this.#letterAt(offset);
    },
    unread: async (access, { groupId }) => {
      this.#clusterOf(access);
      return this.unread.get(groupId);
    },
    groupMembers: async (access, groupId) => {
      this.#clusterOf(access);
      this.#settle();
      const own = this.#runs.filter(({ queue }) => queue.groupId === groupId);
      return own.length + (this.foreignMembers.get(groupId) ?? 0);
    },
  };

  async apply(queues: DesiredQueue[]): Promise<void> {
    await this.gate;
    this.applied.push(queues);
    for (const run of this.#runs) {
      const next = queues.find(({ id }) => id === run.queue.id);
      run.isStopping ||= !next;
      run.queue = next ?? run.queue;
    }
    this.#settle();
  }

  async reports(): Promise<EngineReports> {
    this.#settle();
    return {
      current: this.#runs.map(run => this.#reportOf(run)),
      ended: this.#ended.splice(0),
      observed: this.observed.splice(0),
    };
  }

  async close(): Promise<QueueReport[]> {
    this.closed = true;
    this.hanging.clear();
    await this.apply([]);
    return this.#ended.splice(0);
  }

  #letterAt(offset: string): DeadLetter | undefined {
    return this.deadLetters.find(letter => letter.offset === offset);
  }

  /** Ends what is to stop, and starts what is wanted. */
  #settle() {
    for (const run of this.#runs.filter(({ isStopping }) => isStopping)) {
      const { id } = run.queue;
      if (!this.hanging.has(id)) {
        this.#runs.splice(this.#runs.indexOf(run), 1);
        this.#ended.push({
          ...this.#reportOf(run),
          phase: 'stopped',
          ...this.finals.get(id),
        });
      }
    }
    const ids = new Set(this.#runs.map(({ queue }) => queue.id));
    this.#runs.push(
      ...this.running
        .filter(({ id }) => !ids.has(id))
        .map(queue => ({ id: randomUUID(), queue, isStopping: false })),
    );
  }

  #reportOf({ id: run, queue: { id, target } }: Run): QueueReport {
    return {
      queueId: id,
      run,
      phase: target.kind === 'version' ? 'running' : 'paused',
      ...(target.kind === 'version'
        ? { versionRef: target.versionRef }
        : { reason: target.reason }),
      lag: 0,
      deliveredPerSecond: 0,
      counters: {
        read: 0,
        delivered: 0,
        deadLettered: 0,
        skipped: 0,
        inFlight: 0,
      },
      partitions: [],
      heldUp: [],
      decided: [],
      ...this.overrides.get(id),
    };
  }

  #clusterOf(access: BrokerAccess): InMemoryCluster {
    this.calls += 1;
    const cluster = this.clusters.get(access.brokers[0]);
    if (!cluster) {
      throw new BrokerConnectionError(
        'unreachable',
        `Nobody answers at ${access.brokers[0]}; check host and port`,
      );
    }
    if (cluster.failure) {
      throw cluster.failure;
    }
    return cluster;
  }
}

function placeOf({ partition, offset }: DeadLetter) {
  return { partition, offset };
}

function isDone(letter: DeadLetter, done: LetterMark[]): boolean {
  return done.some(
    mark => mark.offset === letter.offset && isMarkOf(mark, letter),
  );
}

/** The id of a dead letter, told apart from others by a character. */
export function aLetterId(character: string): string {
  return character.repeat(43);
}

/** A dead letter, as a cluster has it. */
export function aDeadLetter(
  offset: string,
  changes: Partial<DeadLetter> = {},
): DeadLetter {
  return {
    ...{ id: aLetterId(offset.slice(-1)), partition: 0, offset },
    record: aTopicRecord(`1${offset}`),
    versionRef: 'component:default/sentiment-1-0-0',
    ...{ status: 422, class: 'refused', reason: '422 from there' },
    ...{ attempts: 1, firstFailedAt: '2026-11-26T10:00:00.000Z' },
    ...changes,
  };
}

/** A record with a short text, as a cluster has it. */
export function aTopicRecord(offset: string): TopicRecord {
  const bytes = Buffer.from(`record ${offset}`);
  return {
    ...{ partition: 0, offset, timestamp: 1_764_000_000_000, key: null },
    value: { bytes, size: bytes.length },
    ...{ headers: [], headersLeftOut: 0 },
  };
}
