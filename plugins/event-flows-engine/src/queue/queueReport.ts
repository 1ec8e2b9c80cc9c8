import type {
  PartitionStatus,
  QueuePhase,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueReport } from '../types';
import { describeProblem, type DeliveryLoop } from './DeliveryLoop';
import type { PartitionState } from './PartitionState';
import type { QueueItem } from './QueueItem';

/** What the queue is to its consumer group. */
export type MemberState =
  | { kind: 'joining' }
  | { kind: 'member' }
  /** Will try again by itself. */
  | { kind: 'failed'; reason: string }
  | { kind: 'stopped' };

/** Puts what is known of a queue into the words of its report. */
export function describeQueue(known: {
  queueId: string;
  member: MemberState;
  loop: DeliveryLoop;
  partitions: PartitionState[];
}): QueueReport {
  const { loop } = known;
  const troubled = loop.troubled();
  const { pausedBecause, lastDeliveredAtMs, ...status } = loop.status;
  const partitions = known.partitions
    .map(state => describePartition(state, troubled))
    .sort((a, b) => a.partition - b.partition);
  return {
    queueId: known.queueId,
    ...phaseOf(known.member, pausedBecause, troubled[0]),
    lag: partitions.reduce((sum, { lag = 0 }) => sum + lag, 0),
    deliveredPerSecond: status.deliveredPerSecond,
    lastDeliveredAt:
      lastDeliveredAtMs === undefined
        ? undefined
        : new Date(lastDeliveredAtMs).toISOString(),
    lastError: status.lastError,
    counters: loop.counters,
    versionRef: status.versionRef,
    partitions,
  };
}

function phaseOf(
  member: MemberState,
  pausedBecause: string | undefined,
  worst: QueueItem | undefined,
): { phase: QueuePhase; reason?: string } {
  switch (member.kind) {
    case 'stopped':
      return { phase: 'stopped' };
    case 'failed':
      return { phase: 'failed', reason: member.reason };
    default:
  }
  if (pausedBecause !== undefined) {
    return { phase: 'paused', reason: pausedBecause };
  }
  if (member.kind === 'joining') {
    return { phase: 'starting' };
  }
  return worst?.problem
    ? { phase: worst.problem.phase, reason: describeProblem(worst) }
    : { phase: 'running' };
}

function describePartition(
  state: PartitionState,
  troubled: QueueItem[],
): PartitionStatus {
  const worst = troubled.find(item => item.owner === state);
  return {
    partition: state.partition,
    phase: worst?.problem?.phase ?? 'running',
    position: state.position?.toString(),
    lag: state.lag,
    reason: worst && describeProblem(worst),
  };
}
