import type { QueueHistory } from '@event-flows/backstage-plugin-event-flows-common';

/** What a history comes to, for those who do not see its charts. */
export interface HistorySummary {
  /** Steps of which something is known. */
  known: number;
  maxLag: number;
  maxDeliveredPerSecond: number;
  /** Over the whole time. */
  deadLettered: number;
}

/** Sums a history up. */
export function summarizeHistory({
  stepMs,
  points,
}: QueueHistory): HistorySummary {
  const known = points.filter(({ lag }) => lag !== null);
  const highest = (values: Array<number | null>) =>
    values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
  return {
    known: known.length,
    maxLag: highest(points.map(({ lag }) => lag)),
    maxDeliveredPerSecond: highest(
      points.map(({ deliveredPerSecond }) => deliveredPerSecond),
    ),
    deadLettered: Math.round(
      points.reduce(
        (sum, { deadLetteredPerSecond }) =>
          sum + ((deadLetteredPerSecond ?? 0) * stepMs) / 1_000,
        0,
      ),
    ),
  };
}
