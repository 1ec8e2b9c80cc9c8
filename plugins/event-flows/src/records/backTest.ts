import type {
  TopicRecord,
  VersionTrial,
} from '@event-flows/backstage-plugin-event-flows-common';

/** What one record came to, with one version or two. */
export interface BackTestTrial {
  record: TopicRecord;
  first: VersionTrial;
  second?: VersionTrial;
}

/** What all records came to with one version. */
export interface VersionSummary {
  accepted: number;
  /** How often each reason was given for not accepting one, the most frequent first. */
  reasons: Array<{ reason: string; count: number }>;
  /** Milliseconds; absent: nothing was sent. */
  p50?: number;
  p99?: number;
}

/** Sums up what records came to with a version. */
export function summarize(trials: readonly VersionTrial[]): VersionSummary {
  const accepted = trials.filter(({ outcome }) => outcome === 'delivered');
  const reasons = Map.groupBy(
    trials.filter(({ outcome }) => outcome !== 'delivered'),
    ({ outcome, reason }) => reason ?? outcome,
  );
  const latencies = trials
    .map(({ latencyMs }) => latencyMs)
    .sort((a, b) => a - b);
  return {
    accepted: accepted.length,
    reasons: [...reasons]
      .map(([reason, { length: count }]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count),
    ...(latencies.length > 0 && {
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
    }),
  };
}

/** Records that two versions answered in different ways. */
export function differing(trials: readonly BackTestTrial[]): BackTestTrial[] {
  return trials.filter(
    ({ first, second }) =>
      second &&
      (first.outcome !== second.outcome ||
        first.status !== second.status ||
        first.answer?.data !== second.answer?.data),
  );
}

/** By the nearest rank: one of the values, of at least one. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
