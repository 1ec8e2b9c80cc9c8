import type {
  RecordPlace,
  VersionTrial,
} from '@event-flows/backstage-plugin-event-flows-common';

/** Records whose answers differ that are kept; the rest is counted. */
const MAX_DIFFERENCES = 50;
/** Reasons that are told apart; endpoints may give another one for each record. */
const MAX_REASONS = 20;

/** What one record came to, with one version or two. */
export interface BackTestTrial {
  place: RecordPlace;
  first: VersionTrial;
  second?: VersionTrial;
}

/** What records came to with one version so far. */
export interface VersionTally {
  versionRef: string;
  tried: number;
  accepted: number;
  /** How often each reason was given for not accepting one. */
  reasons: ReadonlyMap<string, number>;
  /** Not accepted for yet other reasons. */
  otherReasons: number;
  /** Milliseconds of each request that was sent. */
  latencies: readonly number[];
}

/** What records came to so far: as much as is shown, and not every answer. */
export interface BackTestTally {
  /** Records that are done with. */
  done: number;
  /** Those among them that the topic did not have any more. */
  gone: number;
  first?: VersionTally;
  second?: VersionTally;
  /** Records that the versions answered in different ways. */
  differing: number;
  /** The first ones of these. */
  differences: readonly BackTestTrial[];
}

/** How it begins. */
export const NOTHING_TRIED: BackTestTally = {
  ...{ done: 0, gone: 0, differing: 0, differences: [] },
};

/** Adds a record; undefined: the topic did not have it any more. */
export function withTrial(
  tally: BackTestTally,
  trial: BackTestTrial | undefined,
): BackTestTally {
  const done = tally.done + 1;
  if (!trial) {
    return { ...tally, done, gone: tally.gone + 1 };
  }
  const { first, second } = trial;
  const { differing, differences } = tally;
  const differs = isDiffering(trial);
  return {
    ...{ ...tally, done },
    first: withVersion(tally.first, first),
    ...(second && { second: withVersion(tally.second, second) }),
    differing: differs ? differing + 1 : differing,
    differences:
      differs && differences.length < MAX_DIFFERENCES
        ? [...differences, trial]
        : differences,
  };
}

/** The reasons, the most frequent first, and milliseconds by the nearest rank. */
export function summarize({ reasons, latencies }: VersionTally): {
  reasons: Array<{ reason: string; count: number }>;
  /** Absent: nothing was sent. */
  p50?: number;
  p99?: number;
} {
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    reasons: [...reasons]
      .map(([reason, count]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count),
    ...(sorted.length > 0 && {
      p50: percentile(sorted, 0.5),
      p99: percentile(sorted, 0.99),
    }),
  };
}

function withVersion(
  tally: VersionTally | undefined,
  { versionRef, outcome, reason = outcome, request, latencyMs }: VersionTrial,
): VersionTally {
  const {
    tried = 0,
    accepted = 0,
    reasons = new Map<string, number>(),
    otherReasons = 0,
    latencies = [],
  } = tally ?? {};
  const isAccepted = outcome === 'delivered';
  const count = reasons.get(reason);
  const isKnown = count !== undefined || reasons.size < MAX_REASONS;
  return {
    ...{ versionRef, tried: tried + 1 },
    accepted: isAccepted ? accepted + 1 : accepted,
    reasons:
      !isAccepted && isKnown
        ? new Map([...reasons, [reason, (count ?? 0) + 1]])
        : reasons,
    otherReasons: isAccepted || isKnown ? otherReasons : otherReasons + 1,
    // What could not be sent has no headers, and took no time.
    latencies:
      request.headers.length > 0 ? [...latencies, latencyMs] : latencies,
  };
}

function isDiffering({ first, second }: BackTestTrial): boolean {
  return (
    second !== undefined &&
    (first.outcome !== second.outcome ||
      first.status !== second.status ||
      first.answer?.data !== second.answer?.data)
  );
}

/** One of the values, of at least one. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
