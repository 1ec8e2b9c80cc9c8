import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { bumpDesiredState } from '../database/desiredState';
import { lockConnection } from '../database/lockConnection';
import { lockQueues } from '../database/lockQueues';
import { queueChanged, type QueueChange } from '../queues/QueuesStore';
import { recordChange } from '../queues/RecentChangesStore';

/** From where to where a queue is moved. */
export interface QueueMove extends QueueChange {
  queueId: string;
  topic: string;
  from: { id: string; name: string };
  to: { id: string; name: string };
}

/** Gives queues to other connections. */
export interface QueueMovesStore {
  /**
   * Moves the queue and all that belongs to it, or nothing.
   *
   * @returns the revision of the desired state with the move
   * @throws ConflictError if the queue was changed meanwhile, the algorithm has
   *   a queue of this topic there already, or the connection is being deleted
   */
  move(move: QueueMove): Promise<number>;
}

/** {@link QueueMovesStore} in the plugin's database. */
export class KnexQueueMovesStore implements QueueMovesStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  move(move: QueueMove): Promise<number> {
    const { queueId, from, to, revision, by, at } = move;
    return this.#db.transaction(async tx => {
      if (!(await lockConnection(tx, to.id))) {
        throw new ConflictError('The connection was deleted in the meantime');
      }
      await lockQueues(tx, [queueId]);
      const queue = await tx('queues')
        .where({ id: queueId, connection_id: from.id, revision })
        .first('topic', 'algorithm_ref');
      if (!queue) {
        throw queueChanged();
      }
      const { topic, algorithm_ref: algorithmRef } = queue;
      const other = await tx('queues')
        .where({ connection_id: to.id, topic, algorithm_ref: algorithmRef })
        .first('id');
      if (other) {
        throw alreadyThere(move);
      }
      await tx('queues')
        .where({ id: queueId })
        .update({
          connection_id: to.id,
          revision: revision + 1,
          changed_at: at,
          changed_by: by,
        });
      // They were about the queue as it was.
      await tx('decisions').where({ queue_id: queueId }).delete();
      for (const { id } of [from, to]) {
        await noteAccessChange(tx, id, move);
      }
      await copyPublishing(tx, move, algorithmRef);
      const change = { kind: 'moved', from: from.name, to: to.name } as const;
      await recordChange(tx, [queueId], { by, at, change });
      return bumpDesiredState(tx);
    });
  }
}

/** Whoever edits the list of who may use the topic has to see that it is another one. */
async function noteAccessChange(
  tx: Knex.Transaction,
  connectionId: string,
  { topic, by, at }: QueueMove,
): Promise<void> {
  const changed = { changed_at: at, changed_by: by };
  await tx('topic_access')
    .insert({ connection_id: connectionId, topic, revision: 1, ...changed })
    .onConflict(['connection_id', 'topic'])
    .merge({
      revision: tx.raw('?? + 1', ['topic_access.revision']),
      ...changed,
    });
}

/** What the algorithm may publish to there, it may here. */
async function copyPublishing(
  tx: Knex.Transaction,
  move: QueueMove,
  algorithmRef: string,
): Promise<void> {
  const { from, to } = move;
  const rows = await tx('topic_publishers')
    .where({ connection_id: from.id, algorithm_ref: algorithmRef })
    .select('topic', 'algorithm_uid');
  for (const row of rows) {
    const added = await tx('topic_publishers')
      .insert({ ...row, connection_id: to.id, algorithm_ref: algorithmRef })
      .onConflict(['connection_id', 'topic', 'algorithm_ref'])
      .ignore()
      .returning('topic');
    if (added.length > 0) {
      await noteAccessChange(tx, to.id, { ...move, topic: row.topic });
    }
  }
}

function alreadyThere({ topic, to }: QueueMove): ConflictError {
  return new ConflictError(
    `The algorithm has a queue of ${topic} at ${to.name} already; remove its access there first`,
  );
}
