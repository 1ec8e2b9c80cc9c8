/** Every key equally often, or one key on half of the records. */
export type KeyPattern = 'uniform' | 'hot';

/** What is delivered, and to how slow an endpoint. */
export interface Scenario {
  latencyMs: number;
  recordBytes: number;
  keys: KeyPattern;
}

/** Requests at once, for clients that can be told so. */
export function concurrencyFor(latencyMs: number): number {
  if (latencyMs >= 100) {
    return 1_024;
  }
  return latencyMs >= 10 ? 256 : 64;
}

/** Records a second that so many requests at once allow; without latency there is no limit. */
export function arithmeticLimit(latencyMs: number): number | undefined {
  return latencyMs > 0
    ? (concurrencyFor(latencyMs) * 1_000) / latencyMs
    : undefined;
}

export function topicOf({
  recordBytes,
  keys,
}: Pick<Scenario, 'recordBytes' | 'keys'>): string {
  return `bench-${keys}-${recordBytes}`;
}
