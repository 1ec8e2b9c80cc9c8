import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { assertCopyable, copyPublishers } from '../access/copyPublishers';
import { bumpDesiredState } from '../database/desiredState';
import { lockConnection } from '../database/lockConnection';
import { lockQueues } from '../database/lockQueues';
import { queueChanged, type QueueChange } from '../queues/QueuesStore';
import { recordChange } from '../queues/RecentChangesStore';
import { noteOpenMove } from './OpenMovesStore';

/** Which queue is moved, and from where to where. */
export interface QueueWay {
  queueId: string;
  topic: string;
  algorithmRef: string;
  from: { id: string; name: string };
  to: { id: string; name: string };
}

/** {@link QueueWay}, and who does it. */
export interface QueueMove extends QueueWay, QueueChange {}

/** Gives queues to other connections, and the access that belongs to them. */
export interface QueueMovesStore {
  /**
   * @throws ConflictError if something stands in the way at the other
   *   connection: a queue of the same algorithm and topic, or access to read and
   *   to publish that would meet there
   */
  assertFree(way: QueueWay): Promise<void>;
  /**
   * Moves the queue and all that belongs to it, or nothing.
   *
   * @returns the revision of the desired state with the move
   * @throws ConflictError also if the queue was changed meanwhile, or the
   *   connection is being deleted
   */
  move(move: QueueMove): Promise<number>;
}

/** {@link QueueMovesStore} in the plugin's database. */
export class KnexQueueMovesStore implements QueueMovesStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async assertFree(way: QueueWay): Promise<void> {
    await assertPlaceFree(this.#db, way);
    await assertCopyable(this.#db, way);
  }

  move(move: QueueMove): Promise<number> {
    const { queueId, topic, algorithmRef, from, to, revision } = move;
    return this.#db.transaction(async tx => {
      if (!(await lockConnection(tx, to.id))) {
        throw new ConflictError('The connection was deleted in the meantime');
      }
      if (!(await lockConnection(tx, from.id))) {
        throw queueChanged();
      }
      const { by, at } = move;
      // Before the queue: whoever changes a list locks it first, too.
      await copyPublishers(
        tx,
        { from, to, algorithmRef },
        { by, at },
        [from, to].map(({ id }) => ({ connectionId: id, topic })),
      );
      await lockQueues(tx, [queueId]);
      const queue: { state: string } | undefined = await tx('queues')
        .where({ id: queueId, connection_id: from.id, revision })
        .first('state');
      if (!queue) {
        throw queueChanged();
      }
      await assertPlaceFree(tx, move);
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
      const change = { kind: 'moved', from: from.name, to: to.name } as const;
      await recordChange(tx, [queueId], { by, at, change });
      const desired = await bumpDesiredState(tx);
      await noteOpenMove(tx, {
        ...{ ...move, revision: desired },
        isEnabled: queue.state === 'enabled',
      });
      return desired;
    });
  }
}

/** @throws ConflictError */
async function assertPlaceFree(
  db: Knex,
  { topic, algorithmRef, to }: QueueWay,
): Promise<void> {
  const place = { connection_id: to.id, topic, algorithm_ref: algorithmRef };
  if (await db('queues').where(place).first('id')) {
    throw new ConflictError(
      `The algorithm has a queue of ${topic} at ${to.name} already; remove its access there first`,
    );
  }
  if (await db('topic_publishers').where(place).first('topic')) {
    throw new ConflictError(
      `The algorithm publishes to ${topic} at ${to.name}, and cannot read from it there as well; remove its access there first`,
    );
  }
}
