import type { EventSource } from './DemoEvent';
import { between, pick, type Random } from './random';

const COUNTRIES = ['DE', 'SE', 'FR', 'NL', 'IT', 'PL', 'US'] as const;
const PRODUCTS = [
  { sku: 'kettle-01', price: 49.9 },
  { sku: 'lamp-12', price: 89 },
  { sku: 'chair-07', price: 129 },
  { sku: 'headphones-3', price: 199 },
  { sku: 'espresso-900', price: 899 },
] as const;
const DAY = 24 * 60 * 60 * 1000;

interface Customer {
  id: string;
  country: string;
  since: string;
  previousOrders: number;
}

/** Orders of returning customers, now and then one that smells. */
export function orderSource(random: Random): EventSource {
  const customers: Customer[] = Array.from({ length: 200 }, (_, index) => ({
    id: `customer-${1001 + index}`,
    country: pick(random, COUNTRIES),
    since: new Date(Date.UTC(2020, 0, 1) + between(random, 0, 2000) * DAY)
      .toISOString()
      .slice(0, 10),
    previousOrders: between(random, 0, 12),
  }));
  let number = 100_000;

  return timestamp => {
    number += 1;
    const isSuspicious = random() < 0.04;
    const customer = pick(random, customers);
    const items = Array.from({ length: between(random, 1, 3) }, () => {
      const { sku, price } = pick(random, PRODUCTS);
      const quantity = isSuspicious
        ? between(random, 3, 9)
        : between(random, 1, 2);
      return { sku, price, quantity };
    });
    const total = items.reduce(
      (sum, { price, quantity }) => sum + price * quantity,
      0,
    );
    const value = {
      orderId: `order-${number}`,
      customerId: customer.id,
      customerSince: customer.since,
      previousOrders: isSuspicious ? 0 : customer.previousOrders,
      billingCountry: customer.country,
      shippingCountry: isSuspicious
        ? pick(random, COUNTRIES)
        : customer.country,
      paymentMethod: pick(random, ['card', 'invoice', 'wallet']),
      currency: 'EUR',
      total: Math.round(total * 100) / 100,
      items,
      placedAt: new Date(timestamp).toISOString(),
    };
    customer.previousOrders += 1;
    return { topic: 'orders', key: customer.id, value, timestamp };
  };
}
