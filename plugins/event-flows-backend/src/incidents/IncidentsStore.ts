import type { Knex } from 'knex';
import { lockQueues } from '../database/lockQueues';
import type { Incident, IncidentKind } from './incident';

/** Keeps what queues need their owners for, so that each is told once. */
export interface IncidentsStore {
  /** By the queue's id. */
  list(): Promise<Map<string, Incident>>;
  /**
   * Replaces an incident, or ends it.
   *
   * @returns false if another replica was first, or the queue is gone
   */
  replace(
    queueId: string,
    before: Incident | undefined,
    next: Incident | undefined,
  ): Promise<boolean>;
}

interface IncidentRow {
  queue_id: string;
  kind: IncidentKind;
  since: string;
  told_kind: IncidentKind | null;
  calm_since: string | null;
}

/** {@link IncidentsStore} in the plugin's database. */
export class KnexIncidentsStore implements IncidentsStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async list(): Promise<Map<string, Incident>> {
    const rows = await this.#db<IncidentRow>('queue_incidents').select();
    return new Map(rows.map(row => [row.queue_id, toIncident(row)]));
  }

  async replace(
    queueId: string,
    before: Incident | undefined,
    next: Incident | undefined,
  ): Promise<boolean> {
    if (!before) {
      return next ? this.#begin(queueId, next) : true;
    }
    const seen = this.#db<IncidentRow>('queue_incidents').where(
      toRow(queueId, before),
    );
    const changed = await (next
      ? seen.update(toRow(queueId, next))
      : seen.delete());
    return changed > 0;
  }

  #begin(queueId: string, incident: Incident): Promise<boolean> {
    return this.#db.transaction(async tx => {
      // Of a queue that is gone meanwhile there is nothing to tell.
      await lockQueues(tx, [queueId]);
      if (!(await tx('queues').where({ id: queueId }).first('id'))) {
        return false;
      }
      const begun = await tx('queue_incidents')
        .insert(toRow(queueId, incident))
        .onConflict('queue_id')
        .ignore()
        .returning('queue_id');
      return begun.length > 0;
    });
  }
}

function toIncident(row: IncidentRow): Incident {
  return {
    kind: row.kind,
    since: row.since,
    ...(row.told_kind !== null && { toldKind: row.told_kind }),
    ...(row.calm_since !== null && { calmSince: row.calm_since }),
  };
}

function toRow(queueId: string, incident: Incident): IncidentRow {
  return {
    queue_id: queueId,
    kind: incident.kind,
    since: incident.since,
    told_kind: incident.toldKind ?? null,
    calm_since: incident.calmSince ?? null,
  };
}
