import type { HistoryPeriod } from '@event-flows/backstage-plugin-event-flows-common';
import type { AttemptCounts } from '@event-flows/engine';
import type { Knex } from 'knex';
import { insertForQueues } from '../database/insertForQueues';

/** How requests of a queue ended in a step of its history. */
export interface StepAttempts extends AttemptCounts {
  queueId: string;
  period: HistoryPeriod;
  /** The end of the step, ISO 8601. */
  at: string;
}

/** Keeps how requests ended, step by step. */
export interface AttemptsStore {
  /** Replaces what the same replica had counted of the same steps. */
  put(countedBy: string, steps: readonly StepAttempts[]): Promise<void>;
  /** Added up over the replicas, the oldest first. */
  of(
    queueId: string,
    period: HistoryPeriod,
    since: string,
  ): Promise<StepAttempts[]>;
  removeBefore(period: HistoryPeriod, at: string): Promise<void>;
}

interface AttemptsRow {
  queue_id: string;
  period: HistoryPeriod;
  at: string;
  counted_by: string;
  failed: number | string;
  latencies: string;
}

/** {@link AttemptsStore} in the plugin's database. */
export class KnexAttemptsStore implements AttemptsStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async put(countedBy: string, steps: readonly StepAttempts[]): Promise<void> {
    await insertForQueues(
      this.#db,
      steps.map(step => ({
        ...{ queue_id: step.queueId, period: step.period, at: step.at },
        ...{ counted_by: countedBy, failed: step.failed },
        latencies: JSON.stringify(pairsOf(step.latencies)),
      })),
      (tx, rows) =>
        tx<AttemptsRow>('queue_attempts')
          .insert(rows)
          .onConflict(['queue_id', 'period', 'at', 'counted_by'])
          .merge(),
    );
  }

  async of(
    queueId: string,
    period: HistoryPeriod,
    since: string,
  ): Promise<StepAttempts[]> {
    const rows = await this.#db<AttemptsRow>('queue_attempts')
      .where({ queue_id: queueId, period })
      .where('at', '>=', since)
      .orderBy('at');
    const steps = new Map<string, StepAttempts>();
    for (const { at, failed, latencies } of rows) {
      const known = steps.get(at) ?? {
        ...{ queueId, period, at, failed: 0, latencies: [] },
      };
      const more = { failed: Number(failed), latencies: fromPairs(latencies) };
      steps.set(at, { ...known, ...sumOf(known, more) });
    }
    return [...steps.values()];
  }

  async removeBefore(period: HistoryPeriod, at: string): Promise<void> {
    await this.#db<AttemptsRow>('queue_attempts')
      .where({ period })
      .where('at', '<', at)
      .delete();
  }
}

/** All attempts of two parts. */
export function sumOf(a: AttemptCounts, b: AttemptCounts): AttemptCounts {
  const length = Math.max(a.latencies.length, b.latencies.length);
  return {
    failed: a.failed + b.failed,
    latencies: Array.from(
      { length },
      (_, bucket) => (a.latencies[bucket] ?? 0) + (b.latencies[bucket] ?? 0),
    ),
  };
}

/** Most buckets are empty. */
function pairsOf(latencies: readonly number[]): Array<[number, number]> {
  return latencies.flatMap((count, bucket): Array<[number, number]> =>
    count > 0 ? [[bucket, count]] : [],
  );
}

function fromPairs(text: string): number[] {
  const pairs: Array<[number, number]> = JSON.parse(text);
  const latencies = new Array<number>((pairs.at(-1)?.[0] ?? -1) + 1).fill(0);
  pairs.forEach(([bucket, count]) => {
    latencies[bucket] = count;
  });
  return latencies;
}
