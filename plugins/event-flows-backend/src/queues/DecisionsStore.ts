import { randomUUID } from 'node:crypto';
import type { HeldUpDecision } from '@event-flows/engine';
import type { Knex } from 'knex';
import { bumpDesiredState } from '../database/desiredState';
import { lockQueues } from '../database/lockQueues';
import { queueChanged } from './QueuesStore';
import { recordChange } from './RecentChangesStore';

/** A decision to be stored. */
export type NewDecision = DistributiveOmit<HeldUpDecision, 'id'> & {
  queueId: string;
  by: string;
  at: string;
};

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown
  ? Omit<T, K>
  : never;

/** Keeps what people decided about held-up records until it is done. */
export interface DecisionsStore {
  /** By queue, the oldest first. */
  list(): Promise<Map<string, HeldUpDecision[]>>;
  /**
   * Replaces what was decided about the same record before.
   *
   * @returns the revision of the desired state with the decision
   * @throws ConflictError if the queue is gone
   */
  add(decision: NewDecision): Promise<number>;
  /** They are carried out for good. */
  remove(ids: readonly string[]): Promise<void>;
}

interface DecisionRow {
  id: string;
  queue_id: string;
  partition: number;
  offset: string;
  action: HeldUpDecision['action'];
  dead_letter_topic: string | null;
  decided_at: string;
  decided_by: string;
}

/** {@link DecisionsStore} in the plugin's database. */
export class KnexDecisionsStore implements DecisionsStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async list(): Promise<Map<string, HeldUpDecision[]>> {
    const rows = await this.#db<DecisionRow>('decisions').orderBy([
      'decided_at',
      'id',
    ]);
    const decisions = new Map<string, HeldUpDecision[]>();
    for (const row of rows) {
      const known = decisions.get(row.queue_id) ?? [];
      decisions.set(row.queue_id, [...known, toDecision(row)]);
    }
    return decisions;
  }

  add(decision: NewDecision): Promise<number> {
    const { queueId, partition, offset, action, at, by } = decision;
    const deadLetterTopic =
      action === 'dead-letter' ? decision.deadLetterTopic : undefined;
    return this.#db.transaction(async tx => {
      // First: adding a row would share the lock that recording it needs alone.
      await lockQueues(tx, [queueId]);
      if (!(await tx('queues').where({ id: queueId }).first('id'))) {
        throw queueChanged();
      }
      await tx<DecisionRow>('decisions')
        .insert({
          id: randomUUID(),
          queue_id: queueId,
          partition,
          offset,
          action,
          dead_letter_topic: deadLetterTopic ?? null,
          decided_at: at,
          decided_by: by,
        })
        .onConflict(['queue_id', 'partition', 'offset'])
        .merge();
      await recordChange(tx, [queueId], {
        ...{ by, at },
        change: {
          ...{ kind: 'decided', action, partition, offset },
          ...(deadLetterTopic !== undefined && { deadLetterTopic }),
        },
      });
      return bumpDesiredState(tx);
    });
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#db.transaction(async tx => {
      const removed = await tx<DecisionRow>('decisions')
        .whereIn('id', ids)
        .delete();
      if (removed > 0) {
        await bumpDesiredState(tx);
      }
    });
  }
}

function toDecision(row: DecisionRow): HeldUpDecision {
  const { id, partition, offset, action, dead_letter_topic: topic } = row;
  if (action === 'dead-letter') {
    if (topic === null) {
      throw new Error(`The decision ${id} has lost its dead-letter topic`);
    }
    return { id, partition, offset, action, deadLetterTopic: topic };
  }
  return { id, partition, offset, action };
}
