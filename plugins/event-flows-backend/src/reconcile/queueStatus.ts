import type {
  QueueCounters,
  QueuePhase,
  QueueStatus,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueReport } from '@event-flows/engine';
import type { QueueRecord } from '../queues/QueuesStore';
import { stallOf } from '../stalls/stallOf';
import { doneOf, type StoredReport } from './ReplicasStore';

/** A person decides about a few; the others show when these are done. */
const MAX_HELD_UP = 20;

/** What a person must know first, first. */
const URGENCY: readonly QueuePhase[] = [
  'failed',
  'blocked',
  'paused',
  'retrying',
  'running',
  'starting',
  'stopped',
];

/**
 * Puts together what the replicas report of a queue. The switch is honest:
 * `stopped` is said of a queue that never ran, or that was seen without
 * consumers after it was disabled.
 *
 * @param around - what the reports do not say: how many replicas consume,
 * whatever they run, the lag as it was known last, and since when at the
 * latest a queue must have delivered nothing to be said to be stalled
 */
export function queueStatus(
  queue: QueueRecord,
  reports: readonly StoredReport[],
  around: { consumers: number; lastLag?: number; stalledBefore?: string },
): QueueStatus {
  const live = reports.filter(({ live: alive }) => alive).map(r => r.report);
  const lastError = latest(
    live,
    ({ lastError: error }) => error?.at,
  )?.lastError;
  const lastDeliveredAt = lastOf([
    queue.lastDeliveredAt,
    ...reports.map(({ report }) => report.lastDeliveredAt),
  ]);
  const partitions = partitionsOf(live);
  const [oldestWaitingAt] = partitions
    .map(partition => partition.oldestWaitingAt)
    .filter(time => time !== undefined)
    .sort();
  const versionRef = live.find(r => r.versionRef !== undefined)?.versionRef;
  const lag = isLagKnown(reports) ? sum(live, r => r.lag) : around.lastLag;
  const status: QueueStatus = {
    ...phaseOf(queue, live, around.consumers),
    ...(queue.waitsFor && { waitsFor: queue.waitsFor }),
    lag: lag ?? 0,
    ...(lag === undefined && { isLagUnknown: true }),
    ...(oldestWaitingAt !== undefined && { oldestWaitingAt }),
    deliveredPerSecond: sum(live, r => r.deliveredPerSecond),
    ...(lastDeliveredAt !== undefined && { lastDeliveredAt }),
    ...(lastError !== undefined && { lastError }),
    replicas: live.length,
    counters: countersOf(queue, reports),
    ...(versionRef !== undefined && { versionRef }),
    partitions,
    heldUp: heldUpOf(live),
  };
  return { ...status, ...stalled(queue, status, around.stalledBefore) };
}

/** Since when it delivers nothing, where that has lasted and is not over. */
function stalled(
  queue: QueueRecord,
  status: QueueStatus,
  stalledBefore = '',
): Pick<QueueStatus, 'stalledSince'> {
  const { stalledSince } = queue;
  return stalledSince !== undefined &&
    stalledSince <= stalledBefore &&
    stallOf(queue, status, '') === stalledSince
    ? { stalledSince }
    : {};
}

/** Whether a replica that lives has learnt how far one of its partitions is. */
export function isLagKnown(reports: readonly StoredReport[]): boolean {
  return reports.some(
    ({ live, report }) =>
      live && report.partitions.some(({ lag }) => lag !== undefined),
  );
}

/** A queue's phase alone, with the reason where there is one. */
function phaseOf(
  queue: QueueRecord,
  live: readonly QueueReport[],
  consumers: number,
): { phase: QueuePhase; reason?: string } {
  if (queue.state === 'enabled') {
    return (
      mostUrgent(live) ?? {
        phase: 'starting',
        ...(consumers === 0 && {
          reason:
            'No replica of the backend consumes now; start one with eventFlows.consumers.enabled',
        }),
      }
    );
  }
  if (queue.versionRef === undefined || queue.stoppedAt !== undefined) {
    return { phase: 'stopped' };
  }
  return live.length > 0
    ? {
        phase: mostUrgent(live)?.phase ?? 'running',
        reason: 'Stopping: requests in flight finish',
      }
    : {
        phase: 'paused',
        reason:
          'Stopping: waiting for the cluster to confirm that its consumer group is empty',
      };
}

function mostUrgent(
  live: readonly QueueReport[],
): { phase: QueuePhase; reason?: string } | undefined {
  const [first] = [...live].sort(
    (a, b) => URGENCY.indexOf(a.phase) - URGENCY.indexOf(b.phase),
  );
  return (
    first && {
      phase: first.phase,
      ...(first.reason !== undefined && { reason: first.reason }),
    }
  );
}

/** `read` is what the engine counted, and not what the rest adds up to. */
function countersOf(
  queue: QueueRecord,
  reports: readonly StoredReport[],
): QueueCounters {
  const { base } = queue;
  const done = reports.map(({ report }) => doneOf(report.counters));
  const inFlight = sum(
    reports.filter(({ live }) => live),
    ({ report }) => report.counters.inFlight,
  );
  return {
    read: base.read + sum(done, c => c.read) + inFlight,
    delivered: base.delivered + sum(done, c => c.delivered),
    deadLettered: base.deadLettered + sum(done, c => c.deadLettered),
    skipped: base.skipped + sum(done, c => c.skipped),
    inFlight,
  };
}

/** While partitions change hands, two replicas can report the same one. */
function partitionsOf(
  live: readonly QueueReport[],
): NonNullable<QueueStatus['partitions']> {
  const byNumber = new Map(
    live.flatMap(r => r.partitions).map(p => [p.partition, p] as const),
  );
  return [...byNumber.values()].sort((a, b) => a.partition - b.partition);
}

/** Those that stop their lane first, as each replica lists them. */
function heldUpOf(live: readonly QueueReport[]): QueueStatus['heldUp'] {
  const all = live.flatMap(({ heldUp }) => heldUp);
  return [
    ...all.filter(({ phase }) => phase === 'blocked'),
    ...all.filter(({ phase }) => phase !== 'blocked'),
  ].slice(0, MAX_HELD_UP);
}

function latest(
  reports: readonly QueueReport[],
  at: (report: QueueReport) => string | undefined,
): QueueReport | undefined {
  return reports.reduce<QueueReport | undefined>((best, report) => {
    const time = at(report);
    const known = best && at(best);
    return time !== undefined && (known === undefined || time > known)
      ? report
      : best;
  }, undefined);
}

function lastOf(times: ReadonlyArray<string | undefined>): string | undefined {
  return times
    .filter(time => time !== undefined)
    .sort()
    .at(-1);
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
