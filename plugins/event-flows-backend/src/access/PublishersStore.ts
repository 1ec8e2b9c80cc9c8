import { ConflictError } from '@backstage/errors';
import type {
  CopiedPublisher,
  QueueSettings,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';
import { inClusterOf } from '../connections/inClusterOf';
import { lockConnection } from '../database/lockConnection';
import {
  assertCopyable,
  copyPublishers,
  listMissing,
  type PublisherCopy,
} from './copyPublishers';

/** An algorithm whose answers can be published to a topic. */
export interface PublisherRecord {
  connectionId: string;
  topic: string;
  algorithmRef: string;
  /** Uid of the entity that was given access; absent: not seen. */
  algorithmUid?: string;
}

/** Which publishers are asked for. */
export interface PublisherFilter {
  connectionId?: string;
  /** A connection: what is for it, and for others of its cluster. */
  clusterOf?: string;
  topic?: string;
  algorithmRefs?: readonly string[];
}

/** Knows who may publish where. Otherwise it is changed together with the rest of the access. */
export interface PublishersStore {
  /** By topic and algorithm. */
  list(filter: PublisherFilter): Promise<PublisherRecord[]>;
  /**
   * What {@link PublishersStore.copy} would answer.
   *
   * @throws ConflictError
   */
  listMissing(copy: PublisherCopy): Promise<CopiedPublisher[]>;
  /**
   * Lets algorithms publish wherever they may at the other connection, or
   * changes nothing.
   *
   * @returns what is new
   * @throws ConflictError where one would also read from the topic, or if the
   *   connection was deleted meanwhile
   */
  copy(
    copy: PublisherCopy,
    change: { by: string; at: string },
  ): Promise<CopiedPublisher[]>;
}

interface PublisherRow {
  connection_id: string;
  topic: string;
  algorithm_ref: string;
  algorithm_uid: string | null;
}

/** Databases take a bounded number of values in one statement. */
const MAX_REFS = 500;

/** {@link PublishersStore} in the plugin's database. */
export class KnexPublishersStore implements PublishersStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async list(filter: PublisherFilter): Promise<PublisherRecord[]> {
    const { connectionId, clusterOf, topic, algorithmRefs } = filter;
    const rows: PublisherRow[] = await this.#db('topic_publishers')
      .modify(query => {
        if (connectionId !== undefined) {
          query.where('connection_id', connectionId);
        }
        if (clusterOf !== undefined) {
          query.whereIn('connection_id', inClusterOf(this.#db, clusterOf));
        }
        if (topic !== undefined) {
          query.where('topic', topic);
        }
        if (algorithmRefs && algorithmRefs.length <= MAX_REFS) {
          query.whereIn('algorithm_ref', [...algorithmRefs]);
        }
      })
      .orderBy(['topic', 'algorithm_ref'])
      .select();
    return rows.map(row => ({
      connectionId: row.connection_id,
      topic: row.topic,
      algorithmRef: row.algorithm_ref,
      ...(row.algorithm_uid !== null && { algorithmUid: row.algorithm_uid }),
    }));
  }

  async listMissing(copy: PublisherCopy): Promise<CopiedPublisher[]> {
    await assertCopyable(this.#db, copy);
    return listMissing(this.#db, copy);
  }

  copy(
    copy: PublisherCopy,
    change: { by: string; at: string },
  ): Promise<CopiedPublisher[]> {
    return this.#db.transaction(async tx => {
      if (!(await lockConnection(tx, copy.to.id))) {
        throw new ConflictError('The connection was deleted in the meantime');
      }
      return copyPublishers(tx, copy, change);
    });
  }
}

/**
 * Replaces the publishers of a topic, inside the transaction that changes the
 * access.
 *
 * @throws ConflictError if an enabled queue publishes by an access that goes
 */
export async function replacePublishers(
  tx: Knex.Transaction,
  place: { connectionId: string; topic: string },
  entries: ReadonlyArray<{
    algorithmRef: string;
    algorithmUid?: string;
    renew?: boolean;
  }>,
): Promise<void> {
  const { connectionId, topic } = place;
  const present = await tx<PublisherRow>('topic_publishers')
    .where({ connection_id: connectionId, topic })
    .pluck('algorithm_ref');
  const wanted = entries.map(({ algorithmRef }) => algorithmRef);
  const removed = present.filter(ref => !wanted.includes(ref));
  await assertUnused(tx, place, removed);
  await tx<PublisherRow>('topic_publishers')
    .where({ connection_id: connectionId, topic })
    .whereIn('algorithm_ref', removed)
    .delete();
  for (const { algorithmRef, algorithmUid, renew } of entries) {
    if (renew && algorithmUid !== undefined) {
      await tx<PublisherRow>('topic_publishers')
        .where({ connection_id: connectionId, topic })
        .where({ algorithm_ref: algorithmRef })
        .update({ algorithm_uid: algorithmUid });
    }
  }
  const added = entries.filter(
    ({ algorithmRef }) => !present.includes(algorithmRef),
  );
  if (added.length > 0) {
    await tx<PublisherRow>('topic_publishers').insert(
      added.map(({ algorithmRef, algorithmUid }) => ({
        ...{ connection_id: connectionId, topic, algorithm_ref: algorithmRef },
        algorithm_uid: algorithmUid ?? null,
      })),
    );
  }
}

/**
 * Sees to it, inside the transaction that enables a queue and behind
 * `bumpDesiredState`, that the access which it publishes by has not gone since
 * it was looked for.
 *
 * @throws ConflictError
 */
export async function assertMayPublish(
  tx: Knex.Transaction,
  queue: { connectionId: string; algorithmRef: string },
  outputTopic: string,
): Promise<void> {
  const publisher = await tx<PublisherRow>('topic_publishers')
    .where({ connection_id: queue.connectionId, topic: outputTopic })
    .where({ algorithm_ref: queue.algorithmRef })
    .first('topic');
  if (!publisher) {
    throw new ConflictError(
      `settings.outputTopic: the access to publish to ${outputTopic} was removed in the meantime`,
    );
  }
}

async function assertUnused(
  tx: Knex.Transaction,
  { connectionId, topic }: { connectionId: string; topic: string },
  algorithmRefs: readonly string[],
): Promise<void> {
  if (algorithmRefs.length === 0) {
    return;
  }
  const queues: Array<{
    topic: string;
    algorithm_ref: string;
    settings: string | null;
  }> = await tx('queues')
    .where({ connection_id: connectionId, state: 'enabled' })
    .whereIn('algorithm_ref', [...algorithmRefs])
    .select('topic', 'algorithm_ref', 'settings');
  const using = queues.find(({ settings }) => {
    const parsed: QueueSettings | null = settings && JSON.parse(settings);
    return parsed?.outputTopic === topic;
  });
  if (using) {
    throw new ConflictError(
      `The queue of ${using.topic} for ${using.algorithm_ref} publishes to ${topic}; disable it first, or edit it to publish elsewhere`,
    );
  }
}
