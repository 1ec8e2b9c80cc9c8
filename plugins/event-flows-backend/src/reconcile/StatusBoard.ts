import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { QueueStatus } from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueReport } from '@event-flows/engine';
import type { DoneCounters, QueueRecord } from '../queues/QueuesStore';
import { queueStatus } from './queueStatus';
import type { FoldedCounters, ReplicasStore } from './ReplicasStore';

/**
 * Milliseconds without a sign of life after which a replica counts as dead.
 * The clocks of the replicas must agree better than this.
 */
export const REPLICA_DEAD_AFTER_MS = 15_000;

const NOTHING_DONE: DoneCounters = {
  delivered: 0,
  deadLettered: 0,
  skipped: 0,
};

/** Reads what the replicas report. */
export interface StatusReader {
  /** The status of each of these queues. */
  statusOf(queues: readonly QueueRecord[]): Promise<Map<string, QueueStatus>>;
}

/** {@link StatusReader} over the database that the replicas report to. */
export class StatusBoard implements StatusReader {
  readonly #store: ReplicasStore;
  readonly #now: () => number;

  constructor(options: { store: ReplicasStore; now: () => number }) {
    this.#store = options.store;
    this.#now = options.now;
  }

  async statusOf(
    queues: readonly QueueRecord[],
  ): Promise<Map<string, QueueStatus>> {
    const since = liveSince(this.#now());
    const [replicas, reports] = await Promise.all([
      this.#store.listLive(since),
      this.#store.reportsOf(
        queues.map(({ id }) => id),
        since,
      ),
    ]);
    return new Map(
      queues.map(queue => [
        queue.id,
        queueStatus(queue, reports.get(queue.id) ?? [], replicas.length),
      ]),
    );
  }
}

/**
 * Reports for one replica: a sign of life and what changed.
 *
 * A replica counts from zero when it begins to run a queue. What it counted
 * before is added to the queue itself, exactly once, as soon as it stops
 * running the queue, begins anew, or dies.
 */
export class StatusReporter {
  readonly #store: ReplicasStore;
  readonly #now: () => number;
  readonly #logger: LoggerService;
  #replicaId = randomUUID();
  #registered = false;
  /** As stored, by queue. */
  #published = new Map<string, QueueReport>();
  /** Counted by the engine, and by now part of the queue, by queue. */
  #credited = new Map<string, DoneCounters>();

  constructor(options: {
    store: ReplicasStore;
    now: () => number;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#now = options.now;
    this.#logger = options.logger;
  }

  /** Identity of this replica among those that consume. */
  get replicaId(): string {
    return this.#replicaId;
  }

  /** Makes the replica known, before it consumes anything. */
  async register(): Promise<void> {
    await this.#store.register(this.#replicaId, iso(this.#now()));
    this.#registered = true;
  }

  /** Stores a sign of life and what the engine reports anew. */
  async publish(engineReports: readonly QueueReport[]): Promise<void> {
    if (!this.#registered) {
      await this.register();
    }
    const reports = new Map(engineReports.map(r => [r.queueId, r] as const));
    const folded = [...this.#published.values()]
      .filter(({ queueId }) => !reports.has(queueId))
      .map(toFold);
    const restarted = [...this.#published.values()].filter(old => {
      const current = reports.get(old.queueId);
      return current && isBehind(this.#counted(current), old.counters);
    });
    // A queue that counts from zero again owes nothing to what was credited.
    const credited = new Map(this.#credited);
    for (const { queueId } of [...folded, ...restarted]) {
      credited.delete(queueId);
    }
    const current = [...reports.values()].map(r => withCredit(r, credited));
    const changed = current.filter(
      r => !isDeepStrictEqual(r, this.#published.get(r.queueId)),
    );
    const alive = await this.#store.report(this.#replicaId, {
      at: iso(this.#now()),
      changed,
      folded,
      restarted: restarted.map(toFold),
    });
    if (alive) {
      this.#credited = credited;
      this.#published = new Map(current.map(r => [r.queueId, r]));
    } else {
      await this.#comeBack();
      await this.publish(engineReports);
    }
  }

  /** Takes the replica off the board; its counters stay with the queues. */
  async retire(): Promise<void> {
    if (this.#registered) {
      this.#registered = false;
      await this.#store.remove(this.#replicaId);
    }
  }

  /** Removes replicas that died without saying so. */
  async removeDead(): Promise<void> {
    const dead = await this.#store.removeDead(liveSince(this.#now()));
    for (const id of dead) {
      this.#logger.warn(
        `The replica ${id} has given no sign of life for ${
          REPLICA_DEAD_AFTER_MS / 1000
        } s; the others take over its partitions`,
      );
    }
  }

  /** Others took this replica for dead: what it had reported is credited. */
  async #comeBack(): Promise<void> {
    this.#logger.warn(
      'The other replicas took this one for dead, because it had no contact to the database; it joins again',
    );
    for (const { queueId, counters } of this.#published.values()) {
      this.#credited.set(
        queueId,
        plus(counters, this.#credited.get(queueId) ?? NOTHING_DONE),
      );
    }
    this.#published.clear();
    this.#replicaId = randomUUID();
    await this.register();
  }

  #counted(report: QueueReport): DoneCounters {
    return withCredit(report, this.#credited).counters;
  }
}

/** The moment since which a replica must have given a sign of life. */
export function liveSince(now: number): string {
  return iso(now - REPLICA_DEAD_AFTER_MS);
}

function withCredit(
  report: QueueReport,
  credited: ReadonlyMap<string, DoneCounters>,
): QueueReport {
  const credit = credited.get(report.queueId);
  if (!credit) {
    return report;
  }
  const delivered = report.counters.delivered - credit.delivered;
  const deadLettered = report.counters.deadLettered - credit.deadLettered;
  const skipped = report.counters.skipped - credit.skipped;
  const { inFlight } = report.counters;
  return {
    ...report,
    counters: {
      read: delivered + deadLettered + skipped + inFlight,
      delivered,
      deadLettered,
      skipped,
      inFlight,
    },
  };
}

function isBehind(current: DoneCounters, before: DoneCounters): boolean {
  return (
    current.delivered < before.delivered ||
    current.deadLettered < before.deadLettered ||
    current.skipped < before.skipped
  );
}

function plus(a: DoneCounters, b: DoneCounters): DoneCounters {
  return {
    delivered: a.delivered + b.delivered,
    deadLettered: a.deadLettered + b.deadLettered,
    skipped: a.skipped + b.skipped,
  };
}

function toFold({ queueId, counters }: QueueReport): FoldedCounters {
  return { queueId, done: counters };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
