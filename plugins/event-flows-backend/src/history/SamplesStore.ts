import type { HistoryPeriod } from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';
import { insertForQueues } from '../database/insertForQueues';

/** What a queue had done by a moment. */
export interface Sample {
  queueId: string;
  /** ISO 8601. */
  at: string;
  /** Since the queue was made. */
  delivered: number;
  /** Since the queue was made. */
  deadLettered: number;
  lag: number;
}

/** Keeps what queues had done by certain moments. */
export interface SamplesStore {
  /** What others have noted for the moment stays; queues that are gone are left out. */
  add(period: HistoryPeriod, samples: readonly Sample[]): Promise<void>;
  /** The oldest first. */
  of(queueId: string, period: HistoryPeriod, since: string): Promise<Sample[]>;
  /** Of several queues at once; of each the oldest first. */
  ofAll(
    queueIds: readonly string[],
    period: HistoryPeriod,
    since: string,
  ): Promise<Sample[]>;
  removeBefore(period: HistoryPeriod, at: string): Promise<void>;
}

interface SampleRow {
  queue_id: string;
  period: HistoryPeriod;
  at: string;
  delivered: number | string;
  dead_lettered: number | string;
  lag: number | string;
}

/** {@link SamplesStore} in the plugin's database. */
export class KnexSamplesStore implements SamplesStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async add(period: HistoryPeriod, samples: readonly Sample[]): Promise<void> {
    await insertForQueues(
      this.#db,
      samples.map(sample => toRow(period, sample)),
      (tx, rows) =>
        tx<SampleRow>('queue_samples')
          .insert(rows)
          .onConflict(['queue_id', 'period', 'at'])
          .ignore(),
    );
  }

  of(queueId: string, period: HistoryPeriod, since: string): Promise<Sample[]> {
    return this.ofAll([queueId], period, since);
  }

  async ofAll(
    queueIds: readonly string[],
    period: HistoryPeriod,
    since: string,
  ): Promise<Sample[]> {
    const rows = await this.#db<SampleRow>('queue_samples')
      .whereIn('queue_id', queueIds)
      .where({ period })
      .where('at', '>=', since)
      .orderBy('at');
    return rows.map(row => ({
      queueId: row.queue_id,
      at: row.at,
      delivered: Number(row.delivered),
      deadLettered: Number(row.dead_lettered),
      lag: Number(row.lag),
    }));
  }

  async removeBefore(period: HistoryPeriod, at: string): Promise<void> {
    await this.#db<SampleRow>('queue_samples')
      .where({ period })
      .where('at', '<', at)
      .delete();
  }
}

function toRow(period: HistoryPeriod, sample: Sample): SampleRow {
  const { queueId, at, delivered, deadLettered, lag } = sample;
  return {
    ...{ queue_id: queueId, period, at, delivered, lag },
    dead_lettered: deadLettered,
  };
}
