import {
  requireNumber,
  requireText,
  requireTime,
  type Algorithm,
  InvalidEventError,
} from './Algorithm';

const LARGE_AMOUNT = 500;
const VELOCITY_WINDOW_MS = 10 * 60 * 1000;
const REMEMBERED_CUSTOMERS = 10_000;

/** The times of each customer's last orders. */
class RecentOrders {
  readonly #times = new Map<string, number[]>();

  /** Adds an order and counts those within the window before it, itself included. */
  count(customerId: string, placedAt: number): number {
    const times = (this.#times.get(customerId) ?? []).filter(
      time => time > placedAt - VELOCITY_WINDOW_MS,
    );
    times.push(placedAt);
    // Deleting first moves the customer to the end: the front is the least recent.
    this.#times.delete(customerId);
    this.#times.set(customerId, times);
    if (this.#times.size > REMEMBERED_CUSTOMERS) {
      const [oldest] = this.#times.keys();
      this.#times.delete(oldest);
    }
    return times.length;
  }
}

/** Rates an order from 0 (fine) to 100 (call someone) by rules, and says which applied. */
export function fraudScore(
  options: { noticesVelocity?: boolean } = {},
): Algorithm {
  const recent = new RecentOrders();

  return event => {
    const customerId = requireText(event, 'customerId');
    const total = requireNumber(event, 'total');
    const previousOrders = requireNumber(event, 'previousOrders');
    const billing = requireText(event, 'billingCountry');
    const shipping = requireText(event, 'shippingCountry');
    const placedAt = requireTime(event, 'placedAt');
    if (total < 0) {
      throw new InvalidEventError('"total" must not be negative');
    }

    const findings: [reason: string, points: number][] = [];
    if (total > LARGE_AMOUNT) {
      // Ten times as much is 25 points more.
      const points = 15 + 25 * Math.log10(total / LARGE_AMOUNT);
      findings.push(['large amount', points]);
    }
    if (billing !== shipping) {
      findings.push(['ships to another country than it bills', 25]);
    }
    if (previousOrders === 0) {
      findings.push(['first order', 15]);
    }
    if (options.noticesVelocity) {
      const orders = recent.count(customerId, placedAt);
      if (orders > 3) {
        findings.push([`${orders} orders in 10 minutes`, 10 * (orders - 3)]);
      }
    }
    const sum = findings.reduce((points, [, more]) => points + more, 0);
    const score = Math.min(100, Math.round(sum));
    return {
      score,
      decision: score >= 60 ? 'review' : 'accept',
      reasons: findings.map(([reason]) => reason),
    };
  };
}
