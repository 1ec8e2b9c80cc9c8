import { randomUUID } from 'node:crypto';
import { ConflictError, NotFoundError } from '@backstage/errors';
import type { ApiType } from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';
import { bumpDesiredState } from '../database/desiredState';
import { lockConnection } from '../database/lockConnection';
import { lockQueues } from '../database/lockQueues';
import { replacePublishers } from './PublishersStore';
import { recordChange } from '../queues/RecentChangesStore';

/** How often, when and by whom the access to a topic was changed. */
export interface AccessRevision {
  /** 0 before the first change. */
  revision: number;
  changedAt?: string;
  changedBy?: string;
}

/** The algorithms that shall have access to a topic. */
export interface AccessChange {
  connectionId: string;
  topic: string;
  entries: Array<{
    algorithmRef: string;
    /** Uid of the algorithm as whoever changes it sees it in the catalog. */
    algorithmUid?: string;
    apiType: ApiType;
    /** Gives access that exists to that uid, with the queue disabled. */
    renew?: boolean;
  }>;
  /** The revision that whoever changes it has seen. */
  revision: number;
  by: string;
  at: string;
}

/** Keeps who may use which topic. An entry of a subscriber is a queue. */
export interface AccessStore {
  getRevision(connectionId: string, topic: string): Promise<AccessRevision>;
  /**
   * Replaces the list: all of it, or nothing.
   *
   * @returns the revision of the desired state without the removed queues
   * @throws ConflictError if the list was changed meanwhile
   * @throws NotFoundError if the connection is gone
   */
  replace(change: AccessChange): Promise<number>;
}

interface TopicAccessRow {
  connection_id: string;
  topic: string;
  revision: number;
  changed_at: string;
  changed_by: string;
}

/** {@link AccessStore} in the plugin's database. */
export class KnexAccessStore implements AccessStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async getRevision(
    connectionId: string,
    topic: string,
  ): Promise<AccessRevision> {
    const row = await this.#db<TopicAccessRow>('topic_access')
      .where({ connection_id: connectionId, topic })
      .first();
    return row
      ? {
          revision: row.revision,
          changedAt: row.changed_at,
          changedBy: row.changed_by,
        }
      : { revision: 0 };
  }

  replace(change: AccessChange): Promise<number> {
    return this.#db.transaction(async tx => {
      if (!(await lockConnection(tx, change.connectionId))) {
        throw new NotFoundError('There is no such connection');
      }
      await advanceRevision(tx, change);
      await replaceEntries(tx, change);
      const desired = await bumpDesiredState(tx);
      // Only now: a queue that is enabled at once is either seen, or sees this.
      await replacePublishers(
        tx,
        change,
        change.entries.filter(({ apiType }) => apiType === 'publisher'),
      );
      return desired;
    });
  }
}

async function advanceRevision(
  tx: Knex.Transaction,
  change: AccessChange,
): Promise<void> {
  const { connectionId, topic, revision, at, by } = change;
  const row = {
    connection_id: connectionId,
    topic,
    revision: revision + 1,
    changed_at: at,
    changed_by: by,
  };
  const advanced =
    revision === 0
      ? await tx<TopicAccessRow>('topic_access')
          .insert(row)
          .onConflict(['connection_id', 'topic'])
          .ignore()
          .returning('topic')
          .then(inserted => inserted.length)
      : await tx<TopicAccessRow>('topic_access')
          .where({ connection_id: connectionId, topic, revision })
          .update(row);
  if (advanced === 0) {
    throw new ConflictError(
      'Someone else changed the access to this topic in the meantime; load it again',
    );
  }
}

async function replaceEntries(
  tx: Knex.Transaction,
  change: AccessChange,
): Promise<void> {
  const { connectionId, topic, at, by } = change;
  const entries = change.entries.filter(
    ({ apiType }) => apiType === 'subscriber',
  );
  const current = await tx('queues')
    .where({ connection_id: connectionId, topic })
    .select<Array<{ id: string; algorithm_ref: string }>>(
      'id',
      'algorithm_ref',
    );
  const wanted = new Set(entries.map(({ algorithmRef }) => algorithmRef));
  const removed = current
    .filter(queue => !wanted.has(queue.algorithm_ref))
    .map(({ id }) => id);
  await lockQueues(tx, removed);
  await tx('queue_reports').whereIn('queue_id', removed).delete();
  await tx('queues').whereIn('id', removed).delete();

  for (const entry of entries.filter(({ renew }) => renew)) {
    await renewEntry(tx, change, entry);
  }

  const present = new Set(current.map(queue => queue.algorithm_ref));
  const added = entries
    .filter(({ algorithmRef }) => !present.has(algorithmRef))
    .map(({ algorithmRef, algorithmUid, apiType }) => ({
      id: randomUUID(),
      connection_id: connectionId,
      topic,
      algorithm_ref: algorithmRef,
      algorithm_uid: algorithmUid ?? null,
      api_type: apiType,
      state: 'disabled',
      revision: 0,
      changed_at: at,
      changed_by: by,
    }));
  if (added.length > 0) {
    await tx.batchInsert('queues', added, 50);
    await recordChange(
      tx,
      added.map(({ id }) => id),
      { by, at, change: { kind: 'access-given' } },
    );
  }
}

/** The queue keeps its position, and somebody has to enable it for the new one. */
async function renewEntry(
  tx: Knex.Transaction,
  { connectionId, topic, at, by }: AccessChange,
  { algorithmRef, algorithmUid }: AccessChange['entries'][number],
): Promise<void> {
  if (algorithmUid === undefined) {
    return;
  }
  const renewed = await tx('queues')
    .where({ connection_id: connectionId, topic, algorithm_ref: algorithmRef })
    .whereNot({ algorithm_uid: algorithmUid })
    .increment('revision', 1)
    .update({
      algorithm_uid: algorithmUid,
      state: 'disabled',
      waits_for: null,
      changed_at: at,
      changed_by: by,
    })
    .returning<Array<{ id: string }>>('id');
  // They were about the queue as it was.
  const ids = renewed.map(({ id }) => id);
  await tx('decisions').whereIn('queue_id', ids).delete();
  await recordChange(tx, ids, { by, at, change: { kind: 'access-renewed' } });
}
