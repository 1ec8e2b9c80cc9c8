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

const POSITION_LOST =
  'Kafka does not have the next record any more: it was deleted before it was delivered, or the topic was created anew. Disable the queue and enable it again to go on with the oldest record there is';

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
    ...phaseOf(known.member, pausedBecause, {
      isPositionLost: known.partitions.some(state => state.isPositionLost),
      worst: troubled[0],
    }),
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
  {
    isPositionLost,
    worst,
  }: { isPositionLost: boolean; worst: QueueItem | undefined },
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
  if (isPositionLost) {
    return { phase: 'blocked', reason: POSITION_LOST };
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
  const { partition, lag } = state;
  const position = state.position?.toString();
  return state.isPositionLost
    ? { partition, phase: 'blocked', position, lag, reason: POSITION_LOST }
    : {
        partition,
        phase: worst?.problem?.phase ?? 'running',
        position,
        lag,
        reason: worst && describeProblem(worst),
      };
}
