import type { Knex } from 'knex';
import type { QueueRecord } from '../queues/QueuesStore';

/** Keeps since when queues were seen to deliver nothing although they should. */
export interface StallsStore {
  /**
   * Notes since when a queue does, or that it does not any more.
   *
   * @param seen - the queue as it was when that was found out; nothing is
   * noted if somebody else was first
   */
  save(seen: QueueRecord, stalledSince: string | undefined): Promise<void>;
}

/** {@link StallsStore} in the plugin's database. */
export class KnexStallsStore implements StallsStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async save(
    { id, state, stalledSince: before }: QueueRecord,
    stalledSince: string | undefined,
  ): Promise<void> {
    await this.#db('queues')
      .where({ id, state, stalled_since: before ?? null })
      .update({ stalled_since: stalledSince ?? null });
  }
}
