import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { QueueReport } from '@event-flows/engine';
import type { PositionsStore } from '../queues/PositionsStore';
import type { DoneCounters } from '../queues/QueuesStore';
import { PositionKeeper } from './PositionKeeper';
import { doneOf, type ReplicasStore, toFold } from './ReplicasStore';
import { liveSince, REPLICA_DEAD_AFTER_MS } from './StatusBoard';

const NOTHING_DONE: DoneCounters = {
  read: 0,
  delivered: 0,
  deadLettered: 0,
  skipped: 0,
};

/**
 * Reports for one replica: a sign of life and what changed.
 *
 * A replica counts from zero when it begins to run a queue. What it counted
 * before is added to the queue itself, exactly once, as soon as it stops
 * running the queue, begins anew, or dies.
 */
export class StatusReporter {
  readonly #store: ReplicasStore;
  readonly #positions: PositionKeeper;
  readonly #now: () => number;
  readonly #logger: LoggerService;
  #replicaId = randomUUID();
  #registered = false;
  /** As stored, by queue. */
  #published = new Map<string, QueueReport>();
  /** Runs that ended, by queue: what was asked of them before comes too late. */
  readonly #ended = new Map<string, string>();
  /** Counted by the engine, and by now part of the queue, by queue. */
  #credited = new Map<string, DoneCounters>();

  constructor(options: {
    store: ReplicasStore;
    positions: PositionsStore;
    now: () => number;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#positions = new PositionKeeper(options.positions);
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

  /** Takes over the last reports of runs that ended; the next `publish` stores them. */
  conclude(lastReports: readonly QueueReport[]): void {
    for (const report of lastReports) {
      this.#published.set(report.queueId, withCredit(report, this.#credited));
      this.#ended.set(report.queueId, report.run);
      this.#positions.note(report);
    }
  }

  /** Stores a sign of life and what the engine reports anew. */
  async publish(engineReports: readonly QueueReport[]): Promise<void> {
    if (!this.#registered) {
      await this.register();
    }
    const reports = new Map(
      engineReports
        .filter(({ queueId, run }) => this.#ended.get(queueId) !== run)
        .map(r => [r.queueId, r] as const),
    );
    const folded = [...this.#published.values()]
      .filter(({ queueId }) => !reports.has(queueId))
      .map(toFold);
    const restarted = [...this.#published.values()].filter(old => {
      const current = reports.get(old.queueId);
      return current && current.run !== old.run;
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
      changed.forEach(report => this.#positions.note(report));
      await this.#positions.save(iso(this.#now()));
      this.#positions.retain(new Set(reports.keys()));
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
        plus(doneOf(counters), this.#credited.get(queueId) ?? NOTHING_DONE),
      );
    }
    this.#published.clear();
    this.#replicaId = randomUUID();
    await this.register();
  }
}

function withCredit(
  report: QueueReport,
  credited: ReadonlyMap<string, DoneCounters>,
): QueueReport {
  const credit = credited.get(report.queueId);
  if (!credit) {
    return report;
  }
  const { read, delivered, deadLettered, skipped, inFlight } = report.counters;
  return {
    ...report,
    counters: {
      read: read - credit.read,
      delivered: delivered - credit.delivered,
      deadLettered: deadLettered - credit.deadLettered,
      skipped: skipped - credit.skipped,
      inFlight,
    },
  };
}

function plus(a: DoneCounters, b: DoneCounters): DoneCounters {
  return {
    read: a.read + b.read,
    delivered: a.delivered + b.delivered,
    deadLettered: a.deadLettered + b.deadLettered,
    skipped: a.skipped + b.skipped,
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
