import { expect } from '@playwright/test';
import {
  produce,
  waitUntil,
  type RecordedRequest,
  type RecordingEndpoint,
} from '@event-flows/testbed';

/** Produces numbered records and finds them again among the requests. */
export class NumberedRecords {
  #next = 1;

  constructor(
    private readonly brokers: string[],
    private readonly topic: string,
  ) {}

  /** Produces so many more, acknowledged by all replicas; returns their numbers. */
  async produce(count: number): Promise<number[]> {
    const numbers = Array.from({ length: count }, (_, i) => this.#next + i);
    this.#next += count;
    await produce(
      this.brokers,
      this.topic,
      numbers.map(number => ({
        key: `customer-${number % 7}`,
        value: bodyOf(number),
      })),
    );
    return numbers;
  }
}

/** The body that the record with this number has. */
export function bodyOf(number: number): string {
  return JSON.stringify({ number, text: `Parcel ${number} was great, thanks` });
}

/** The numbers of the records in these requests. */
export function numbersIn(requests: readonly RecordedRequest[]): number[] {
  return requests.map(request => JSON.parse(request.body.toString()).number);
}

/** Waits until each of the numbers has arrived at a path; returns those requests. */
export async function arrivalsOf(
  endpoint: RecordingEndpoint,
  path: string,
  numbers: readonly number[],
  timeoutMs = 30_000,
): Promise<RecordedRequest[]> {
  const there = () =>
    endpoint.requests.filter(request => request.path === path);
  await waitUntil(
    () => {
      const arrived = new Set(numbersIn(there()));
      return numbers.every(number => arrived.has(number));
    },
    { timeoutMs, what: `${numbers.length} records at ${path}` },
  );
  return there();
}

/** Asserts that a request is the record as contract and CloudEvents want it. */
export function expectCloudEvent(request: RecordedRequest, topic: string) {
  expect(request.method).toBe('POST');
  const { number } = JSON.parse(request.body.toString());
  expect(request.body.toString()).toBe(bodyOf(number));
  expect(request.headers).toMatchObject({
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-type': 'event-flows.kafka.record.v1',
    'ce-id': expect.stringMatching(new RegExp(`^${topic}:\\d+:\\d+$`)),
    'ce-source': expect.stringMatching(
      new RegExp(`^/event-flows/[\\w-]+/${topic}$`),
    ),
    'ce-time': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
    'ce-subject': `customer-${number % 7}`,
    'ce-partitionkey': `customer-${number % 7}`,
    traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/),
  });
  expect(request.headers['idempotency-key']).toContain(
    String(request.headers['ce-id']),
  );
  expect(request.headers.authorization).toBeUndefined();
  expect(request.headers.cookie).toBeUndefined();
}
