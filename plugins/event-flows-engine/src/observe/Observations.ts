import type { QueueObservation } from '../types';
import { AttemptLog } from './AttemptLog';
import { TokenBucket } from './TokenBucket';

/** Receipts of all queues together: each is a row for whoever keeps them. */
const RECEIPTS_OF_ALL = { perSecond: 200, atOnce: 1_000 };

/** What was observed of all queues of an engine since it was taken last. */
export class Observations {
  readonly #logs = new Map<string, AttemptLog>();
  readonly #over = new Set<string>();
  readonly #budget: TokenBucket;

  constructor(private readonly now: () => number) {
    this.#budget = new TokenBucket(RECEIPTS_OF_ALL, now());
  }

  /** Of a queue, over all of its runs. */
  of(queueId: string): AttemptLog {
    this.#over.delete(queueId);
    const known = this.#logs.get(queueId);
    if (known) {
      return known;
    }
    const options = { budget: this.#budget, nowMs: this.now() };
    const log = new AttemptLog(options);
    this.#logs.set(queueId, log);
    return log;
  }

  /** The queue does not run any more: what was observed is still told. */
  over(queueId: string): void {
    this.#over.add(queueId);
  }

  take(): QueueObservation[] {
    const taken: QueueObservation[] = [];
    for (const [queueId, log] of this.#logs) {
      const observation = log.take(queueId);
      if (observation) {
        taken.push(observation);
      }
    }
    this.#over.forEach(queueId => this.#logs.delete(queueId));
    this.#over.clear();
    return taken;
  }
}
