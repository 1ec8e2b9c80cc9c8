import type { QueueCounters } from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueReport } from '@event-flows/engine';
import type { Knex } from 'knex';
import { readDesiredRevision } from '../database/desiredState';
import { lockQueues } from '../database/lockQueues';
import type { DoneCounters } from '../queues/QueuesStore';

/** A backend that consumes. */
export interface Replica {
  id: string;
  heartbeatAt: string;
  appliedRevision: number;
}

/** A replica's report, and whether the replica is alive. */
export interface StoredReport {
  report: QueueReport;
  live: boolean;
}

/** Of one queue, or of every queue of a connection. */
export type RunsOf = { queueId: string } | { connectionId: string };

/** What goes from a replica's report to the queue itself. */
export interface FoldedReport {
  queueId: string;
  done: DoneCounters;
  lastDeliveredAt?: string;
}

/** What a replica says of itself at a moment. */
export interface Beat {
  /** Goes up with each. */
  number: number;
  at: string;
  /**
   * What its engine follows: no request begins that this revision does not
   * want. What still runs nevertheless is among the reports.
   */
  appliedRevision: number;
  changed: QueueReport[];
  /** Runs that ended, of queues that the replica does not run; their reports go. */
  folded: FoldedReport[];
  /** Runs that ended, of queues that began to count anew; their reports stay. */
  restarted: FoldedReport[];
}

/** What the replicas tell each other, by way of the database. */
export interface ReplicasStore {
  /** The revision of what the engines should do. */
  desiredRevision(): Promise<number>;

  register(id: string, at: string): Promise<void>;
  /** Replicas whose last sign of life is not older. */
  listLive(since: string): Promise<Replica[]>;

  /**
   * A sign of life with what changed since the last one, all or nothing.
   *
   * @returns false if the replica was taken for dead: nothing was stored, and
   * what it reported before now belongs to the queues
   */
  report(id: string, beat: Beat): Promise<boolean>;

  /** Number of the last beat that was stored; undefined for a replica that is not known. */
  lastBeat(id: string): Promise<number | undefined>;

  /** Reports on these queues; of dead replicas for their counters only. */
  reportsOf(
    queueIds: string[],
    liveSince: string,
  ): Promise<Map<string, StoredReport[]>>;

  /** Whether a replica that lives reports one of them. */
  isReported(runs: RunsOf, liveSince: string): Promise<boolean>;

  /** Forgets a replica; what it counted stays with the queues. */
  remove(id: string): Promise<void>;
  /** Forgets the replicas without a sign of life since then. */
  removeDead(liveSince: string): Promise<string[]>;
}

interface ReplicaRow {
  id: string;
  heartbeat_at: string;
  applied_revision: number | string;
  beat: number | string;
}

interface ReportRow {
  queue_id: string;
  replica_id: string;
  report: string;
}

/** Databases take a bounded number of values in one statement. */
const MAX_IDS = 500;

/** {@link ReplicasStore} in the plugin's database. */
export class KnexReplicasStore implements ReplicasStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  desiredRevision(): Promise<number> {
    return readDesiredRevision(this.#db);
  }

  async register(id: string, at: string): Promise<void> {
    await this.#db<ReplicaRow>('replicas').insert({
      id,
      heartbeat_at: at,
      applied_revision: 0,
      beat: 0,
    });
  }

  async listLive(since: string): Promise<Replica[]> {
    const rows = await this.#db<ReplicaRow>('replicas')
      .where('heartbeat_at', '>=', since)
      .select();
    return rows.map(row => ({
      id: row.id,
      heartbeatAt: row.heartbeat_at,
      appliedRevision: Number(row.applied_revision),
    }));
  }

  report(id: string, beat: Beat): Promise<boolean> {
    return this.#db.transaction(async tx => {
      // Locks the row: whoever takes this replica for dead comes before or after.
      const alive = await tx<ReplicaRow>('replicas').where({ id }).update({
        heartbeat_at: beat.at,
        applied_revision: beat.appliedRevision,
        beat: beat.number,
      });
      if (alive === 0) {
        return false;
      }
      await addToQueues(tx, [...beat.folded, ...beat.restarted]);
      await tx<ReportRow>('queue_reports')
        .where({ replica_id: id })
        .whereIn(
          'queue_id',
          beat.folded.map(({ queueId }) => queueId),
        )
        .delete();
      for (const report of beat.changed) {
        await tx<ReportRow>('queue_reports')
          .insert({
            queue_id: report.queueId,
            replica_id: id,
            report: JSON.stringify(report),
          })
          .onConflict(['queue_id', 'replica_id'])
          .merge();
      }
      return true;
    });
  }

  async lastBeat(id: string): Promise<number | undefined> {
    const row = await this.#db<ReplicaRow>('replicas')
      .where({ id })
      .first('beat');
    return row && Number(row.beat);
  }

  async reportsOf(
    queueIds: string[],
    liveSince: string,
  ): Promise<Map<string, StoredReport[]>> {
    const reports = new Map<string, StoredReport[]>();
    const rows = await this.#db('queue_reports')
      .join('replicas', 'replicas.id', 'queue_reports.replica_id')
      .modify(query => {
        if (queueIds.length <= MAX_IDS) {
          query.whereIn('queue_reports.queue_id', queueIds);
        }
      })
      .orderBy('replicas.id')
      .select<
        Array<{ queue_id: string; report: string; heartbeat_at: string }>
      >(
        'queue_reports.queue_id',
        'queue_reports.report',
        'replicas.heartbeat_at',
      );
    for (const row of rows) {
      const known = reports.get(row.queue_id) ?? [];
      known.push({
        report: JSON.parse(row.report),
        live: row.heartbeat_at >= liveSince,
      });
      reports.set(row.queue_id, known);
    }
    return reports;
  }

  async isReported(runs: RunsOf, liveSince: string): Promise<boolean> {
    const report = await this.#db('queue_reports')
      .join('replicas', 'replicas.id', 'queue_reports.replica_id')
      .where('replicas.heartbeat_at', '>=', liveSince)
      .modify(query =>
        'queueId' in runs
          ? query.where('queue_reports.queue_id', runs.queueId)
          : query
              .join('queues', 'queues.id', 'queue_reports.queue_id')
              .where('queues.connection_id', runs.connectionId),
      )
      .first('replicas.id');
    return report !== undefined;
  }

  remove(id: string): Promise<void> {
    return this.#db.transaction(async tx => {
      const removed = await tx<ReplicaRow>('replicas').where({ id }).delete();
      if (removed > 0) {
        await foldReports(tx, id);
      }
    });
  }

  async removeDead(liveSince: string): Promise<string[]> {
    const dead = await this.#db<ReplicaRow>('replicas')
      .where('heartbeat_at', '<', liveSince)
      .select('id');
    const removed: string[] = [];
    for (const { id } of dead) {
      await this.#db.transaction(async tx => {
        // Of several replicas that notice the death, one deletes the row.
        const mine = await tx<ReplicaRow>('replicas')
          .where({ id })
          .where('heartbeat_at', '<', liveSince)
          .delete();
        if (mine > 0) {
          await foldReports(tx, id);
          removed.push(id);
        }
      });
    }
    return removed;
  }
}

async function foldReports(
  tx: Knex.Transaction,
  replicaId: string,
): Promise<void> {
  const rows = await tx<ReportRow>('queue_reports')
    .where({ replica_id: replicaId })
    .select('queue_id', 'report');
  await addToQueues(
    tx,
    rows.map(row => toFold(JSON.parse(row.report))),
  );
  await tx<ReportRow>('queue_reports')
    .where({ replica_id: replicaId })
    .delete();
}

/** Of a run that has ended: what it had in flight is read again by the next. */
export function doneOf(counters: QueueCounters): DoneCounters {
  const { read, inFlight, delivered, deadLettered, skipped } = counters;
  return { read: read - inFlight, delivered, deadLettered, skipped };
}

/** What of a report stays when the run that it is about has ended. */
export function toFold(report: QueueReport): FoldedReport {
  const { queueId, counters, lastDeliveredAt } = report;
  return {
    queueId,
    done: doneOf(counters),
    ...(lastDeliveredAt !== undefined && { lastDeliveredAt }),
  };
}

async function addToQueues(
  tx: Knex.Transaction,
  folds: readonly FoldedReport[],
): Promise<void> {
  await lockQueues(
    tx,
    folds.map(({ queueId }) => queueId),
  );
  for (const fold of folds) {
    await addToQueue(tx, fold);
  }
}

async function addToQueue(
  tx: Knex.Transaction,
  { queueId, done, lastDeliveredAt }: FoldedReport,
): Promise<void> {
  await tx('queues')
    .where({ id: queueId })
    .increment('base_read', done.read)
    .increment('base_delivered', done.delivered)
    .increment('base_dead_lettered', done.deadLettered)
    .increment('base_skipped', done.skipped);
  if (lastDeliveredAt !== undefined) {
    await tx('queues')
      .where({ id: queueId })
      .where(query =>
        query
          .whereNull('last_delivered_at')
          .orWhere('last_delivered_at', '<', lastDeliveredAt),
      )
      .update({ last_delivered_at: lastDeliveredAt });
  }
}
