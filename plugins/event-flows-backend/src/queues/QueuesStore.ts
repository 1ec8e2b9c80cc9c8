import { ConflictError } from '@backstage/errors';
import type {
  ApiType,
  Change,
  QueueSettings,
  QueueState,
  QueueWaitsFor,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';
import { inClusterOf } from '../connections/inClusterOf';
import { bumpDesiredState } from '../database/desiredState';
import { lockQueues } from '../database/lockQueues';
import { changeOf } from './changeOf';
import { assertMayPublish } from '../access/PublishersStore';
import { assertNoLoop } from './flows';
import { recordChange } from './RecentChangesStore';

/**
 * What became of records that are no longer in flight. The engine counts what
 * it reads apart from the rest, so that a balance that does not add up shows.
 */
export interface DoneCounters {
  read: number;
  delivered: number;
  deadLettered: number;
  skipped: number;
}

/**
 * Where a queue's requests may go: what whoever enabled it saw in the catalog.
 */
export interface Approval {
  /** Uid of the version that was chosen; absent with `latest`. */
  versionUid?: string;
  /** Origin of the endpoint, like `https://host:8443`. */
  origin: string;
}

/** A queue as it is stored. */
export interface QueueRecord {
  id: string;
  connection: { id: string; name: string };
  topic: string;
  algorithmRef: string;
  /** Uid of the entity that was given access; absent: not seen yet. */
  algorithmUid?: string;
  apiType: ApiType;
  state: QueueState;
  /** Of the version it was enabled with last; absent: it never was. */
  versionRef?: string;
  /** Absent: enabled by a version of the plugin that did not keep it. */
  approval?: Approval;
  /** What an enabled queue waits for instead of delivering. */
  waitsFor?: QueueWaitsFor;
  settings?: QueueSettings;
  revision: number;
  changedAt: string;
  changedBy: string;
  /** When, after Disable, its consumer group was seen without members. */
  stoppedAt?: string;
  /** Of replicas that no longer report. */
  lastDeliveredAt?: string;
  /** Since when it was seen to deliver nothing although it should; that may pass. */
  stalledSince?: string;
  /** What replicas did that no longer report. */
  base: DoneCounters;
}

/** Which queues are asked for. */
export interface QueueFilter {
  ids?: readonly string[];
  connectionId?: string;
  /** A connection: its queues, and those of others of its cluster. */
  clusterOf?: string;
  topic?: string;
  algorithmRef?: string;
  state?: QueueState;
}

/** Who changes a queue, when, and which state of it they saw. */
export interface QueueChange {
  revision: number;
  by: string;
  at: string;
}

/** What a queue is enabled with. */
export interface EnabledQueue extends QueueChange {
  versionRef: string;
  approval: Approval;
  settings: QueueSettings;
  /** Until when it was claimed to set where it begins; see `claimStart`. */
  startClaim?: string;
}

/** Keeps queues. Those of a connection that is being deleted are gone. */
export interface QueuesStore {
  list(filter?: QueueFilter): Promise<QueueRecord[]>;
  get(id: string): Promise<QueueRecord | undefined>;
  /** Was disabled after running, and not yet seen to have stopped. */
  listStopping(): Promise<QueueRecord[]>;
  /**
   * @returns the revision of the desired state with the queue
   * @throws ConflictError if the queue was changed meanwhile
   */
  enable(id: string, change: EnabledQueue): Promise<number>;
  /**
   * Nobody else sets where the queue begins until then, or until it is released
   * or enabled.
   *
   * @returns false: somebody else does, or the queue was changed meanwhile
   */
  claimStart(
    id: string,
    claim: { revision: number; at: string; until: string },
  ): Promise<boolean>;
  /** Gives back what was claimed until then. */
  releaseStart(id: string, until: string): Promise<void>;
  /**
   * @returns the revision of the desired state without the queue
   * @throws ConflictError if the queue was changed meanwhile
   */
  disable(id: string, change: QueueChange): Promise<number>;
  /**
   * Notes that somebody changed something about a disabled queue that is kept
   * elsewhere: what others saw of it is out of date.
   *
   * @throws ConflictError if the queue was changed meanwhile
   */
  touch(id: string, change: QueueChange): Promise<number>;
  /** Notes that a disabled queue has stopped, if it is still as it was seen. */
  markStopped(id: string, revision: number, at: string): Promise<void>;
}

interface QueueRow {
  id: string;
  connection_id: string;
  topic: string;
  algorithm_ref: string;
  algorithm_uid: string | null;
  api_type: ApiType;
  state: QueueState;
  version_ref: string | null;
  approved_uid: string | null;
  approved_origin: string | null;
  waits_for: string | null;
  settings: string | null;
  revision: number;
  changed_at: string;
  changed_by: string;
  stopped_at: string | null;
  last_delivered_at: string | null;
  stalled_since: string | null;
  start_claimed_until: string | null;
  base_read: number | string;
  base_delivered: number | string;
  base_dead_lettered: number | string;
  base_skipped: number | string;
}

/** {@link QueuesStore} in the plugin's database. */
export class KnexQueuesStore implements QueuesStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async list(filter: QueueFilter = {}): Promise<QueueRecord[]> {
    const query = this.#select();
    const columns = {
      connectionId: 'queues.connection_id',
      topic: 'queues.topic',
      algorithmRef: 'queues.algorithm_ref',
      state: 'queues.state',
    } as const;
    for (const name of [
      'connectionId',
      'topic',
      'algorithmRef',
      'state',
    ] as const) {
      const value = filter[name];
      if (value !== undefined) {
        query.where(columns[name], value);
      }
    }
    if (filter.ids) {
      query.whereIn('queues.id', filter.ids);
    }
    if (filter.clusterOf !== undefined) {
      const ids = inClusterOf(this.#db, filter.clusterOf);
      query.whereIn('queues.connection_id', ids);
    }
    return (await query).map(toRecord);
  }

  async get(id: string): Promise<QueueRecord | undefined> {
    const [row] = await this.#select().where('queues.id', id);
    return row && toRecord(row);
  }

  async listStopping(): Promise<QueueRecord[]> {
    const rows = await this.#select()
      .where('queues.state', 'disabled')
      .whereNotNull('queues.version_ref')
      .whereNull('queues.stopped_at');
    return rows.map(toRecord);
  }

  enable(id: string, change: EnabledQueue): Promise<number> {
    const values = {
      state: 'enabled',
      version_ref: change.versionRef,
      approved_uid: change.approval.versionUid ?? null,
      approved_origin: change.approval.origin,
      settings: JSON.stringify(change.settings),
      stopped_at: null,
      start_claimed_until: null,
    } as const;
    return this.#change(
      id,
      change,
      values,
      before => changeOf(before, change),
      change.settings,
    );
  }

  async claimStart(
    id: string,
    { revision, at, until }: { revision: number; at: string; until: string },
  ): Promise<boolean> {
    const claimed = await this.#db<QueueRow>('queues')
      .where({ id, revision })
      .andWhere(free =>
        free
          .whereNull('start_claimed_until')
          .orWhere('start_claimed_until', '<', at),
      )
      .update({ start_claimed_until: until });
    return claimed > 0;
  }

  async releaseStart(id: string, until: string): Promise<void> {
    await this.#db<QueueRow>('queues')
      .where({ id, start_claimed_until: until })
      .update({ start_claimed_until: null });
  }

  disable(id: string, change: QueueChange): Promise<number> {
    const kind = 'disabled';
    return this.#change(id, change, { state: kind }, () => ({ kind }));
  }

  touch(id: string, change: QueueChange): Promise<number> {
    return this.#change(id, change, { state: 'disabled' });
  }

  async markStopped(id: string, revision: number, at: string): Promise<void> {
    await this.#db<QueueRow>('queues')
      .where({ id, revision, state: 'disabled' })
      .update({ stopped_at: at });
  }

  #change(
    id: string,
    change: QueueChange & { startClaim?: string },
    values: Partial<QueueRow>,
    toChange?: (before: QueueRecord) => Change,
    settings?: QueueSettings,
  ): Promise<number> {
    return this.#db.transaction(async tx => {
      await lockQueues(tx, [id]);
      const [before] = await this.#select()
        .where('queues.id', id)
        .transacting(tx);
      const changed = await tx<QueueRow>('queues')
        .where({
          ...{ id, revision: change.revision },
          ...(change.startClaim !== undefined && {
            start_claimed_until: change.startClaim,
          }),
        })
        .update({
          ...values,
          waits_for: null,
          revision: change.revision + 1,
          changed_at: change.at,
          changed_by: change.by,
        });
      if (!before || changed === 0) {
        throw queueChanged();
      }
      // They were about the queue as it was.
      await tx('decisions').where({ queue_id: id }).delete();
      if (toChange) {
        const { by, at } = change;
        await recordChange(tx, [id], {
          ...{ by, at },
          change: toChange(toRecord(before)),
        });
      }
      const desired = await bumpDesiredState(tx);
      // Only now: whoever changes something else at once waits, and sees this.
      if (settings?.outputTopic !== undefined) {
        const { connection_id: connectionId, algorithm_ref: algorithmRef } =
          before;
        const reader = { connectionId, algorithmRef };
        await assertMayPublish(tx, reader, settings.outputTopic);
      }
      if (settings?.outputTopic ?? settings?.deadLetterTopic) {
        await assertNoLoop(tx, id);
      }
      return desired;
    });
  }

  #select() {
    return this.#db('queues')
      .join('connections', 'connections.id', 'queues.connection_id')
      .where('connections.deleting', false)
      .orderBy(['connections.name', 'queues.topic', 'queues.algorithm_ref'])
      .select<Array<QueueRow & { connection_name: string }>>(
        'queues.*',
        'connections.name as connection_name',
      );
  }
}

/** Says that a queue is no longer as the caller saw it. */
export function queueChanged(): ConflictError {
  return new ConflictError(
    'Someone else changed this queue in the meantime; load it again',
  );
}

function toRecord(row: QueueRow & { connection_name: string }): QueueRecord {
  return {
    id: row.id,
    connection: { id: row.connection_id, name: row.connection_name },
    topic: row.topic,
    algorithmRef: row.algorithm_ref,
    ...(row.algorithm_uid !== null && { algorithmUid: row.algorithm_uid }),
    apiType: row.api_type,
    state: row.state,
    ...(row.version_ref !== null && { versionRef: row.version_ref }),
    ...(row.approved_origin !== null && {
      approval: {
        ...(row.approved_uid !== null && { versionUid: row.approved_uid }),
        origin: row.approved_origin,
      },
    }),
    ...(row.waits_for !== null && { waitsFor: JSON.parse(row.waits_for) }),
    ...(row.settings !== null && { settings: JSON.parse(row.settings) }),
    revision: row.revision,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
    ...(row.stopped_at !== null && { stoppedAt: row.stopped_at }),
    ...(row.last_delivered_at !== null && {
      lastDeliveredAt: row.last_delivered_at,
    }),
    ...(row.stalled_since !== null && { stalledSince: row.stalled_since }),
    base: {
      read: Number(row.base_read),
      delivered: Number(row.base_delivered),
      deadLettered: Number(row.base_dead_lettered),
      skipped: Number(row.base_skipped),
    },
  };
}
