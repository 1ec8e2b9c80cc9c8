import { ConflictError } from '@backstage/errors';
import type { CopiedPublisher } from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';
import { type AccessPlace, noteAccessChanges } from './noteAccessChanges';

/** Who may publish at one connection, and shall at another one. */
export interface PublisherCopy {
  from: { id: string; name: string };
  to: { id: string; name: string };
  /** This one alone. */
  algorithmRef?: string;
}

/** Where algorithms may publish at the one connection, and not yet at the other. */
export async function listMissing(
  db: Knex,
  copy: PublisherCopy,
): Promise<CopiedPublisher[]> {
  return toPublishers(await missingRows(db, copy));
}

/**
 * An algorithm reads from a topic or publishes to it, and never both at one
 * connection.
 *
 * @throws ConflictError if the copy would have one do both
 */
export async function assertCopyable(
  db: Knex,
  copy: PublisherCopy,
): Promise<void> {
  const reader: Pick<PublisherRow, 'topic' | 'algorithm_ref'> | undefined =
    await publishersAt(db, copy)
      .join('queues', join =>
        join
          .on('queues.topic', 'here.topic')
          .on('queues.algorithm_ref', 'here.algorithm_ref'),
      )
      .where('queues.connection_id', copy.to.id)
      .orderBy(['here.topic', 'here.algorithm_ref'])
      .first('here.topic', 'here.algorithm_ref');
  if (reader) {
    throw new ConflictError(
      `${reader.algorithm_ref} publishes to ${reader.topic} at ${copy.from.name} and reads from it at ${copy.to.name}; it cannot do both there, so remove one of the two accesses first`,
    );
  }
}

/**
 * Lets algorithms publish, inside the transaction that does so, wherever they
 * may at the other connection; the entity that may stays the same one.
 *
 * @param besides - where the transaction changes access, too
 * @returns what is new
 * @throws ConflictError where one would also read from the topic
 */
export async function copyPublishers(
  tx: Knex.Transaction,
  copy: PublisherCopy,
  change: { by: string; at: string },
  besides: readonly AccessPlace[] = [],
): Promise<CopiedPublisher[]> {
  const connectionId = copy.to.id;
  const missing = await missingRows(tx, copy);
  const places = missing.map(({ topic }) => ({ connectionId, topic }));
  await noteAccessChanges(tx, [...besides, ...places], change);
  // Only now: whoever changes these lists at once waits, or is seen here.
  await assertCopyable(tx, copy);
  for (const row of missing) {
    await tx('topic_publishers')
      .insert({ ...row, connection_id: connectionId })
      .onConflict(['connection_id', 'topic', 'algorithm_ref'])
      .ignore();
  }
  return toPublishers(missing);
}

interface PublisherRow {
  topic: string;
  algorithm_ref: string;
  algorithm_uid: string | null;
}

function missingRows(db: Knex, copy: PublisherCopy): Promise<PublisherRow[]> {
  return publishersAt(db, copy)
    .leftJoin('topic_publishers as there', join =>
      join
        .on('there.topic', 'here.topic')
        .on('there.algorithm_ref', 'here.algorithm_ref')
        .onVal('there.connection_id', copy.to.id),
    )
    .whereNull('there.topic')
    .orderBy(['here.topic', 'here.algorithm_ref'])
    .select('here.topic', 'here.algorithm_ref', 'here.algorithm_uid');
}

function publishersAt(db: Knex, { from, algorithmRef }: PublisherCopy) {
  return db('topic_publishers as here')
    .where('here.connection_id', from.id)
    .modify(query => {
      if (algorithmRef !== undefined) {
        query.where('here.algorithm_ref', algorithmRef);
      }
    });
}

function toPublishers(rows: readonly PublisherRow[]): CopiedPublisher[] {
  return rows.map(({ topic, algorithm_ref: algorithmRef }) => ({
    ...{ topic, algorithmRef },
  }));
}
