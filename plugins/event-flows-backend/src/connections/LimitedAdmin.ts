import type { BrokerAdmin } from '@event-flows/engine';
import type { Caller } from '../permissions/Caller';
import type { CallLimiter } from './CallLimiter';

/**
 * Asks clusters in the name of people. Whoever has this and not the engine's
 * own `BrokerAdmin` cannot dial without a bound.
 */
export class LimitedAdmin {
  readonly #admin: BrokerAdmin;
  readonly #limiter: CallLimiter;

  constructor(admin: BrokerAdmin, limiter: CallLimiter) {
    this.#admin = admin;
    this.#limiter = limiter;
  }

  /** Each call throws `TooManyRequestsError` when it is one too many. */
  for({ ref }: Caller): BrokerAdmin {
    const admin = this.#admin;
    const limited = <T>(call: () => Promise<T>) => this.#limiter.run(ref, call);
    return {
      probe: (...args) => limited(() => admin.probe(...args)),
      topics: (...args) => limited(() => admin.topics(...args)),
      topic: (...args) => limited(() => admin.topic(...args)),
      ensurePositions: (...args) =>
        limited(() => admin.ensurePositions(...args)),
      planMove: (...args) => limited(() => admin.planMove(...args)),
      movePositions: (...args) => limited(() => admin.movePositions(...args)),
      records: (...args) => limited(() => admin.records(...args)),
      latestPlaces: (...args) => limited(() => admin.latestPlaces(...args)),
      tryDelivery: (...args) => limited(() => admin.tryDelivery(...args)),
      deadLetters: (...args) => limited(() => admin.deadLetters(...args)),
      deadLetter: (...args) => limited(() => admin.deadLetter(...args)),
      purgeDeadLetters: (...args) =>
        limited(() => admin.purgeDeadLetters(...args)),
      unread: (...args) => limited(() => admin.unread(...args)),
      groupMembers: (...args) => limited(() => admin.groupMembers(...args)),
    };
  }
}
