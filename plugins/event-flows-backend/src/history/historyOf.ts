import type { QueueHistory } from '@event-flows/backstage-plugin-event-flows-common';
import { latencyAt } from '@event-flows/engine';
import type { StepAttempts } from './AttemptsStore';
import type { Sample } from './SamplesStore';

/** What a queue did between the moments at which it was looked at. */
export function historyOf(
  samples: readonly Sample[],
  attempts: readonly StepAttempts[],
  range: {
    /** The end of the last step, in milliseconds. */
    untilMs: number;
    stepMs: number;
    lengthMs: number;
  },
): QueueHistory {
  const { untilMs, stepMs, lengthMs } = range;
  const byTime = new Map(
    samples.map(sample => [Date.parse(sample.at), sample]),
  );
  const attemptsByTime = new Map(
    attempts.map(step => [Date.parse(step.at), step]),
  );
  const points = Array.from({ length: lengthMs / stepMs }, (_, index) => {
    const atMs = untilMs - lengthMs + (index + 1) * stepMs;
    const before = byTime.get(atMs - stepMs);
    const sample = byTime.get(atMs);
    const perSecond = (count: (of: Sample) => number) =>
      sample && before
        ? // What a replica counted can be taken back when it dies.
          Math.max(0, count(sample) - count(before)) / (stepMs / 1_000)
        : null;
    const step = attemptsByTime.get(atMs);
    const latency = (share: number) =>
      (step && latencyAt(step.latencies, share)) ?? null;
    return {
      at: new Date(atMs).toISOString(),
      lag: sample?.lag ?? null,
      deliveredPerSecond: perSecond(({ delivered }) => delivered),
      deadLetteredPerSecond: perSecond(({ deadLettered }) => deadLettered),
      // That no attempt failed is known where the queue was looked at.
      failedPerSecond:
        step || (sample && before)
          ? (step?.failed ?? 0) / (stepMs / 1_000)
          : null,
      latencyP50Ms: latency(0.5),
      latencyP99Ms: latency(0.99),
    };
  });
  return { stepMs, points };
}
