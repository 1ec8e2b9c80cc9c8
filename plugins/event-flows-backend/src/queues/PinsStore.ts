import type { QueueWaitsFor } from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';
import type { Approval, QueueRecord } from './QueuesStore';

/**
 * Keeps what queues are pinned to where nobody is there to choose it, and which
 * of them wait because of it.
 */
export interface PinsStore {
  /**
   * Notes what an enabled queue waits for, or that it no longer does.
   *
   * @param seen - the queue as it was when that was found out
   * @returns false if another replica noted it first, or the queue was changed
   */
  setWaitsFor(
    seen: QueueRecord,
    waitsFor: QueueWaitsFor | undefined,
  ): Promise<boolean>;
  /**
   * Keeps where the requests of a queue may go, if it does not know that yet.
   *
   * @returns what holds: another replica may have been first
   */
  approveFirst(seen: QueueRecord, approval: Approval): Promise<Approval>;
  /** Algorithms with a queue that does not know the uid of its algorithm yet. */
  listUnbound(): Promise<string[]>;
  /** Binds those queues of an algorithm that do not know its uid yet. */
  bind(algorithmRef: string, uid: string): Promise<void>;
}

/** {@link PinsStore} in the plugin's database. */
export class KnexPinsStore implements PinsStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async setWaitsFor(
    { id, revision, waitsFor: before }: QueueRecord,
    waitsFor: QueueWaitsFor | undefined,
  ): Promise<boolean> {
    const changed = await this.#db('queues')
      .where({ id, revision, state: 'enabled', waits_for: textOf(before) })
      .update({ waits_for: textOf(waitsFor) });
    return changed > 0;
  }

  async approveFirst(
    { id, revision }: QueueRecord,
    approval: Approval,
  ): Promise<Approval> {
    const changed = await this.#db('queues')
      .where({ id, revision, approved_origin: null })
      .update({
        approved_uid: approval.versionUid ?? null,
        approved_origin: approval.origin,
      });
    if (changed > 0) {
      return approval;
    }
    const row = await this.#db('queues')
      .where({ id })
      .whereNotNull('approved_origin')
      .first<
        { approved_uid: string | null; approved_origin: string } | undefined
      >('approved_uid', 'approved_origin');
    // Without a row there is no such queue any more, and nothing to keep to.
    return row
      ? {
          ...(row.approved_uid !== null && { versionUid: row.approved_uid }),
          origin: row.approved_origin,
        }
      : approval;
  }

  listUnbound(): Promise<string[]> {
    return this.#db('queues')
      .whereNull('algorithm_uid')
      .distinct()
      .pluck('algorithm_ref');
  }

  async bind(algorithmRef: string, uid: string): Promise<void> {
    await this.#db('queues')
      .where({ algorithm_ref: algorithmRef, algorithm_uid: null })
      .update({ algorithm_uid: uid });
  }
}

function textOf(waitsFor: QueueWaitsFor | undefined): string | null {
  return waitsFor ? JSON.stringify(waitsFor) : null;
}
