import type { HistoryPeriod } from '@event-flows/backstage-plugin-event-flows-common';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How often a queue is looked at for a history, and how far back it goes, in milliseconds. */
export const PERIODS: Record<
  HistoryPeriod,
  { stepMs: number; lengthMs: number }
> = {
  hour: { stepMs: MINUTE_MS, lengthMs: HOUR_MS },
  day: { stepMs: 15 * MINUTE_MS, lengthMs: 24 * HOUR_MS },
};

/** How a trend divides the hour, in milliseconds: a list has room for 30 steps. */
export const TREND = { stepMs: 2 * MINUTE_MS, lengthMs: HOUR_MS };
