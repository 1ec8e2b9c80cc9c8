import type { QueueTrend } from '@event-flows/backstage-plugin-event-flows-common';
import { TREND } from './periods';
import type { Sample } from './SamplesStore';

/**
 * What a queue did in each step of the last hour: between the first and the
 * last look at it, so that a look that is missing leaves no gap by itself.
 *
 * @param samples - of the queue, the oldest first
 * @param untilMs - the end of the last step, in milliseconds
 */
export function trendOf(
  samples: readonly Sample[],
  untilMs: number,
): Pick<QueueTrend, 'deliveredPerSecond' | 'lag'> {
  const { stepMs, lengthMs } = TREND;
  const looks = samples.map(({ at, delivered, lag }) => ({
    ...{ atMs: Date.parse(at), delivered, lag },
  }));
  const steps = Array.from({ length: lengthMs / stepMs }, (_, index) => {
    const fromMs = untilMs - lengthMs + index * stepMs;
    // The step begins with what was seen at the end of the one before.
    const seen = looks.filter(
      ({ atMs }) => atMs >= fromMs && atMs <= fromMs + stepMs,
    );
    const lags = seen.filter(({ atMs }) => atMs > fromMs).map(({ lag }) => lag);
    return {
      deliveredPerSecond: rateOf(seen),
      lag: lags.length > 0 ? Math.max(...lags) : null,
    };
  });
  return {
    deliveredPerSecond: steps.map(step => step.deliveredPerSecond),
    lag: steps.map(step => step.lag),
  };
}

function rateOf(
  seen: ReadonlyArray<{ atMs: number; delivered: number }>,
): number | null {
  const [first] = seen;
  const last = seen.at(-1);
  return first && last && last.atMs > first.atMs
    ? // What a replica counted can be taken back when it dies.
      Math.max(0, last.delivered - first.delivered) /
        ((last.atMs - first.atMs) / 1_000)
    : null;
}
