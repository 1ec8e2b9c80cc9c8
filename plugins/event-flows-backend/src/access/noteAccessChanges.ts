import type { Knex } from 'knex';

/** A topic of a connection. */
export interface AccessPlace {
  connectionId: string;
  topic: string;
}

/**
 * Notes, inside the transaction that changes who may use topics, that these
 * lists are others now: whoever edits one has to see that. Locks the lists until
 * the transaction ends, in one order for all.
 */
export async function noteAccessChanges(
  tx: Knex.Transaction,
  places: readonly AccessPlace[],
  { by, at }: { by: string; at: string },
): Promise<void> {
  const changed = { changed_at: at, changed_by: by };
  const inOrder = new Map(
    places
      .map(place => [`${place.connectionId} ${place.topic}`, place] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  for (const { connectionId, topic } of inOrder.values()) {
    await tx('topic_access')
      .insert({ connection_id: connectionId, topic, revision: 1, ...changed })
      .onConflict(['connection_id', 'topic'])
      .merge({
        revision: tx.raw('?? + 1', ['topic_access.revision']),
        ...changed,
      });
  }
}
