import type { QueueHistory } from '@event-flows/backstage-plugin-event-flows-common';

/** What a history comes to, for those who do not see its charts. */
export interface HistorySummary {
  /** Steps of which something is known. */
  known: number;
  maxLag: number;
  maxDeliveredPerSecond: number;
  /** Over the whole time. */
  deadLettered: number;
  /** Attempts, over the whole time. */
  failed: number;
  /** Milliseconds. */
  maxLatencyP99Ms: number;
}

/** Sums a history up. */
export function summarizeHistory({
  stepMs,
  points,
}: QueueHistory): HistorySummary {
  const known = points.filter(({ lag }) => lag !== null);
  const highest = (values: Array<number | null>) =>
    values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
  const count = (values: Array<number | null>) =>
    Math.round(
      values.reduce<number>((sum, rate) => sum + (rate ?? 0), 0) *
        (stepMs / 1_000),
    );
  return {
    known: known.length,
    maxLag: highest(points.map(({ lag }) => lag)),
    maxDeliveredPerSecond: highest(
      points.map(({ deliveredPerSecond }) => deliveredPerSecond),
    ),
    deadLettered: count(points.map(p => p.deadLetteredPerSecond)),
    failed: count(points.map(p => p.failedPerSecond)),
    maxLatencyP99Ms: highest(points.map(p => p.latencyP99Ms)),
  };
}
