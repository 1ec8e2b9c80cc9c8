import type {
  PartitionStatus,
  QueuePhase,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueReport } from '../types';
import { describeProblem, type DeliveryLoop } from './DeliveryLoop';
import { FAILURES_TO_OPEN, type OpenCircuit } from './CircuitBreaker';
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
  const { open, lastDeliveredAtMs, ...status } = loop.status;
  const partitions = known.partitions
    .map(state => describePartition(state, troubled))
    .sort((a, b) => a.partition - b.partition);
  return {
    queueId: known.queueId,
    ...phaseOf(known.member, open, {
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
  open: OpenCircuit | undefined,
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
  if (open?.why === 'misconfigured') {
    return { phase: 'paused', reason: open.reason };
  }
  if (member.kind === 'joining') {
    return { phase: 'starting' };
  }
  if (isPositionLost) {
    return { phase: 'blocked', reason: POSITION_LOST };
  }
  if (open && worst?.problem?.phase !== 'blocked') {
    return {
      phase: 'retrying',
      reason: `${open.reason}, ${FAILURES_TO_OPEN} times or more in a row; one record tries again at times and the others wait`,
    };
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
