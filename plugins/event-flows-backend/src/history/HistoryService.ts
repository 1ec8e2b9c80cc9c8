import { NotFoundError } from '@backstage/errors';
import {
  historyPeriodSchema,
  type ListQueueTrends,
  type QueueHistory,
  type QueueTrendList,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Caller } from '../permissions/Caller';
import type { QueueGate } from '../queues/QueueGate';
import { type Checked, valueOf } from '../validation';
import type { AttemptsStore } from './AttemptsStore';
import { historyOf } from './historyOf';
import { PERIODS, TREND } from './periods';
import type { SamplesStore } from './SamplesStore';
import { trendOf } from './trendOf';

/** Shows what queues did lately. */
export class HistoryService {
  readonly #gate: QueueGate;
  readonly #store: SamplesStore;
  readonly #attempts: AttemptsStore;
  readonly #now: () => number;

  constructor(options: {
    gate: QueueGate;
    store: SamplesStore;
    attempts: AttemptsStore;
    now: () => number;
  }) {
    this.#gate = options.gate;
    this.#store = options.store;
    this.#attempts = options.attempts;
    this.#now = options.now;
  }

  /** @throws NotFoundError also if the caller may not see the queue */
  async of(
    caller: Caller,
    queueId: string,
    wanted: string,
  ): Promise<QueueHistory> {
    const { id } = await this.#gate.getReadable(caller, queueId);
    const period = historyPeriodSchema.safeParse(wanted);
    if (!period.success) {
      throw new NotFoundError('There is a history of an hour and of a day');
    }
    const { stepMs, lengthMs } = PERIODS[period.data];
    const untilMs = Math.floor(this.#now() / stepMs) * stepMs;
    const since = new Date(untilMs - lengthMs).toISOString();
    const [samples, attempts] = await Promise.all([
      this.#store.of(id, period.data, since),
      this.#attempts.of(id, period.data, since),
    ]);
    return historyOf(samples, attempts, { untilMs, stepMs, lengthMs });
  }

  /** Of the queues that the caller may see. */
  async trends(
    caller: Caller,
    input: Checked<ListQueueTrends>,
  ): Promise<QueueTrendList> {
    const { queueIds } = valueOf(input);
    const queues = await this.#gate.filterReadable(caller, queueIds);
    const untilMs =
      Math.floor(this.#now() / PERIODS.hour.stepMs) * PERIODS.hour.stepMs;
    const samples = await this.#store.ofAll(
      queues.map(({ id }) => id),
      'hour',
      new Date(untilMs - TREND.lengthMs).toISOString(),
    );
    const byQueue = Map.groupBy(samples, ({ queueId }) => queueId);
    return {
      stepMs: TREND.stepMs,
      until: new Date(untilMs).toISOString(),
      items: queues.map(({ id }) => ({
        queueId: id,
        ...trendOf(byQueue.get(id) ?? [], untilMs),
      })),
    };
  }
}
