import type { Knex } from 'knex';

/** A move of a queue that has not been seen to run since. */
export interface OpenMoveRecord {
  queueId: string;
  /** Where it ran last. */
  from: { id: string; name: string };
  /** Of the desired state, with the move. */
  revision: number;
  /** ISO 8601. */
  since: string;
}

/** Knows the moves that nobody knows the outcome of yet. */
export interface OpenMovesReader {
  /** Those of these queues, or all; those from connections that go are none. */
  list(queueIds?: readonly string[]): Promise<OpenMoveRecord[]>;
}

/** Keeps them, also when whoever moved the queue has left. */
export interface OpenMovesStore extends OpenMovesReader {
  /** The queue was seen to run; does nothing if it was moved again since. */
  close(move: Pick<OpenMoveRecord, 'queueId' | 'revision'>): Promise<void>;
}

interface OpenMoveRow {
  queue_id: string;
  from_connection_id: string;
  revision: number | string;
  moved_at: string;
}

/** Databases take a bounded number of values in one statement. */
const MAX_IDS = 500;

/** {@link OpenMovesStore} in the plugin's database. */
export class KnexOpenMovesStore implements OpenMovesStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async list(queueIds?: readonly string[]): Promise<OpenMoveRecord[]> {
    const rows: Array<OpenMoveRow & { name: string }> = await this.#db(
      'queue_moves',
    )
      .join('connections', 'connections.id', 'queue_moves.from_connection_id')
      .where('connections.deleting', false)
      .modify(query => {
        if (queueIds && queueIds.length <= MAX_IDS) {
          query.whereIn('queue_moves.queue_id', [...queueIds]);
        }
      })
      .select('queue_moves.*', 'connections.name');
    return rows.map(row => ({
      queueId: row.queue_id,
      from: { id: row.from_connection_id, name: row.name },
      revision: Number(row.revision),
      since: row.moved_at,
    }));
  }

  async close({
    queueId,
    revision,
  }: Pick<OpenMoveRecord, 'queueId' | 'revision'>): Promise<void> {
    await this.#db<OpenMoveRow>('queue_moves')
      .where({ queue_id: queueId, revision })
      .delete();
  }
}

/**
 * Notes, inside the transaction that moves a queue, that nobody knows yet
 * whether it runs there; one that is disabled has nothing to show. One that goes
 * back to where it ran last is where it was; one that goes on to a third
 * connection still ran last at the first.
 */
export async function noteOpenMove(
  tx: Knex.Transaction,
  move: {
    queueId: string;
    isEnabled: boolean;
    from: { id: string };
    to: { id: string };
    revision: number;
    at: string;
  },
): Promise<void> {
  const { queueId, isEnabled, from, to, revision, at } = move;
  if (isEnabled) {
    await tx<OpenMoveRow>('queue_moves')
      .insert({
        ...{ queue_id: queueId, from_connection_id: from.id },
        ...{ revision, moved_at: at },
      })
      .onConflict('queue_id')
      .merge(['revision', 'moved_at']);
  }
  await tx<OpenMoveRow>('queue_moves')
    .where({ queue_id: queueId, from_connection_id: to.id })
    .delete();
}
