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

/** What is part of the queue already of what a run counts. */
interface Credit {
  run: string;
  done: DoneCounters;
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
  readonly #positions: PositionKeeper;
  readonly #now: () => number;
  readonly #logger: LoggerService;
  #replicaId = randomUUID();
  #registered = false;
  /** As the database has them, by queue. */
  #stored = new Map<string, QueueReport>();
  /** Last reports of runs, in the order of their ends, that the database has not. */
  #last: QueueReport[] = [];
  #beats = 0;
  /** A beat whose answer did not come: it may be stored all the same. */
  #doubt: { number: number; accept: () => void } | undefined;
  /** Counted by a run that goes on, and part of the queue all the same; by queue. */
  #credits = new Map<string, Credit>();

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
    this.#last.push(...lastReports);
    lastReports.forEach(report => this.#positions.note(report));
  }

  /**
   * Stores a sign of life and what the engine reports anew.
   *
   * @param engineReports - of everything that runs, as of the revision or later
   */
  async publish(
    engineReports: readonly QueueReport[],
    appliedRevision: number,
  ): Promise<void> {
    if (!this.#registered) {
      await this.register();
    }
    await this.#settleDoubt();
    const current = new Map(
      engineReports.map(r => [r.queueId, withCredit(r, this.#credits)]),
    );
    const changed = [...current.values()].filter(
      r => !isDeepStrictEqual(r, this.#stored.get(r.queueId)),
    );
    const concluded = this.#last.length;
    const over = this.#runsOver(current);
    const isOn = ({ queueId }: QueueReport) => current.has(queueId);
    this.#beats += 1;
    const number = this.#beats;
    const accept = () => {
      this.#stored = current;
      this.#last = this.#last.slice(concluded);
      this.#credits = new Map(
        [...this.#credits].filter(
          ([queueId, { run }]) => current.get(queueId)?.run === run,
        ),
      );
      changed.forEach(report => this.#positions.note(report));
    };
    this.#doubt = { number, accept };
    const alive = await this.#store.report(this.#replicaId, {
      number,
      at: iso(this.#now()),
      appliedRevision,
      changed,
      folded: over.filter(r => !isOn(r)).map(toFold),
      restarted: over.filter(isOn).map(toFold),
    });
    this.#doubt = undefined;
    if (alive) {
      accept();
      await this.#positions.save(iso(this.#now()));
      this.#positions.retain(new Set(current.keys()));
    } else {
      await this.#comeBack();
      await this.publish(engineReports, appliedRevision);
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

  /** What is stored already must not be added to the queues again. */
  async #settleDoubt(): Promise<void> {
    if (this.#doubt) {
      const { number, accept } = this.#doubt;
      if ((await this.#store.lastBeat(this.#replicaId)) === number) {
        accept();
      }
      this.#doubt = undefined;
    }
  }

  /** What runs that ended have done, each as it was known last. */
  #runsOver(current: ReadonlyMap<string, QueueReport>): QueueReport[] {
    const hasEnded = ({ queueId, run }: QueueReport) =>
      this.#last.some(r => r.queueId === queueId && r.run === run);
    // Of a thread that died, nobody was told the last.
    const untold = [...this.#stored.values()].filter(
      report =>
        current.get(report.queueId)?.run !== report.run && !hasEnded(report),
    );
    return [...untold, ...this.#last.map(r => withCredit(r, this.#credits))];
  }

  /** Others took this replica for dead: what the database had of it is credited. */
  async #comeBack(): Promise<void> {
    this.#logger.warn(
      'The other replicas took this one for dead, because it had no contact to the database; it joins again',
    );
    for (const { queueId, run, counters } of this.#stored.values()) {
      const before = creditOf(queueId, run, this.#credits) ?? NOTHING_DONE;
      const done = plus(doneOf(counters), before);
      this.#credits.set(queueId, { run, done });
    }
    this.#stored.clear();
    this.#replicaId = randomUUID();
    await this.register();
  }
}

function creditOf(
  queueId: string,
  run: string,
  credits: ReadonlyMap<string, Credit>,
): DoneCounters | undefined {
  const credit = credits.get(queueId);
  return credit?.run === run ? credit.done : undefined;
}

function withCredit(
  report: QueueReport,
  credits: ReadonlyMap<string, Credit>,
): QueueReport {
  const credit = creditOf(report.queueId, report.run, credits);
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
