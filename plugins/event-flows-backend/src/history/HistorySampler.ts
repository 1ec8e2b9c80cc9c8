import type { QueuesStore } from '../queues/QueuesStore';
import type { StatusReader } from '../reconcile/StatusBoard';
import type { AttemptsStore } from './AttemptsStore';
import { PERIODS } from './periods';
import type { Sample, SamplesStore } from './SamplesStore';

/** Notes what queues have done, for their histories. */
export class HistorySampler {
  readonly #queues: QueuesStore;
  readonly #board: StatusReader;
  readonly #store: SamplesStore;
  readonly #attempts: AttemptsStore;
  readonly #now: () => number;

  constructor(options: {
    queues: QueuesStore;
    board: StatusReader;
    store: SamplesStore;
    attempts: AttemptsStore;
    now: () => number;
  }) {
    this.#queues = options.queues;
    this.#board = options.board;
    this.#store = options.store;
    this.#attempts = options.attempts;
    this.#now = options.now;
  }

  /** Looks at all queues once; to be called within each minute. */
  async run(): Promise<void> {
    const nowMs = this.#now();
    const queues = (await this.#queues.list()).filter(
      // One that never ran has no history.
      ({ versionRef }) => versionRef !== undefined,
    );
    const statuses = await this.#board.statusOf(queues);
    for (const period of ['hour', 'day'] as const) {
      const { stepMs, lengthMs } = PERIODS[period];
      const momentMs = Math.floor(nowMs / stepMs) * stepMs;
      const at = new Date(momentMs).toISOString();
      const samples = queues.flatMap(({ id: queueId }): Sample[] => {
        const status = statuses.get(queueId);
        const { delivered = 0, deadLettered = 0 } = status?.counters ?? {};
        return status
          ? [{ queueId, at, delivered, deadLettered, lag: status.lag }]
          : [];
      });
      await this.#store.add(period, samples);
      // One more than is shown: the first step begins there.
      const oldest = new Date(momentMs - lengthMs - stepMs).toISOString();
      await this.#store.removeBefore(period, oldest);
      await this.#attempts.removeBefore(period, oldest);
    }
  }
}
