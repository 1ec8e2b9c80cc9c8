import type {
  HeldUpRecord,
  PartitionStatus,
  QueuePhase,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueReport } from '../types';
import type { DeliveryLoop } from './DeliveryLoop';
import type { HeldUpItem } from './HeldUpRecords';
import { FAILURES_TO_OPEN, type OpenCircuit } from './CircuitBreaker';
import type { PartitionState } from './PartitionState';
import { LAST_MS, placeOf } from './words';

/** A person decides about a few; the others show when these are done. */
const MAX_HELD_UP = 20;

/** What the queue is to its consumer group. */
export type MemberState =
  | { kind: 'joining' }
  | { kind: 'member' }
  /** Nothing begins until a position is committed again. */
  | { kind: 'uncommitted'; reason: string }
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
}): Omit<QueueReport, 'run' | 'decided'> {
  const { loop } = known;
  const { lastDeliveredAtMs, deliveredPerSecond, lastError } = loop.statistics;
  const heldUp = loop.heldUp.list();
  const partitions = known.partitions
    .map(state => describePartition(state, heldUp))
    .sort((a, b) => a.partition - b.partition);
  return {
    queueId: known.queueId,
    ...phaseOf(known.member, loop.open, {
      isPositionLost: known.partitions.some(state => state.isPositionLost),
      worst: heldUp[0],
    }),
    lag: partitions.reduce((sum, { lag = 0 }) => sum + lag, 0),
    deliveredPerSecond,
    lastDeliveredAt:
      lastDeliveredAtMs === undefined
        ? undefined
        : new Date(lastDeliveredAtMs).toISOString(),
    lastError,
    counters: loop.counters,
    versionRef: loop.versionRef,
    partitions,
    heldUp: heldUp.slice(0, MAX_HELD_UP).map(describeHeldUp),
  };
}

function phaseOf(
  member: MemberState,
  open: OpenCircuit | undefined,
  {
    isPositionLost,
    worst,
  }: { isPositionLost: boolean; worst: HeldUpItem | undefined },
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
  if (member.kind === 'uncommitted') {
    return { phase: 'retrying', reason: member.reason };
  }
  if (isPositionLost) {
    return { phase: 'blocked', reason: POSITION_LOST };
  }
  if (open && worst?.problem.phase !== 'blocked') {
    return {
      phase: 'retrying',
      reason: `${open.reason}, ${FAILURES_TO_OPEN} times or more in a row; now and then one record is tried, and the others wait`,
    };
  }
  return worst
    ? { phase: worst.problem.phase, reason: describeProblem(worst) }
    : { phase: 'running' };
}

function describePartition(
  state: PartitionState,
  heldUp: HeldUpItem[],
): PartitionStatus {
  const worst = heldUp.find(item => item.owner === state);
  const known = {
    partition: state.partition,
    position: state.position?.toString(),
    lag: state.lag,
    oldestWaitingAt: timeOf(state.oldestTimestamp),
  };
  return state.isPositionLost
    ? { ...known, phase: 'blocked', reason: POSITION_LOST }
    : {
        ...known,
        phase: worst?.problem.phase ?? 'running',
        reason: worst && describeProblem(worst),
      };
}

/** Producers can write any timestamp, and old ones write none. */
function timeOf(timestamp = -1): string | undefined {
  return timestamp >= 0 && timestamp <= LAST_MS
    ? new Date(timestamp).toISOString()
    : undefined;
}

/** What is said of a queue because of a record that is held up. */
function describeProblem({ problem, record }: HeldUpItem): string {
  return problem.phase === 'blocked'
    ? `${placeOf(record)}: ${problem.reason}`
    : problem.reason;
}

function describeHeldUp(item: HeldUpItem): HeldUpRecord {
  const { partition, record, problem, attempts, firstFailedAtMs } = item;
  const { status, versionRef } = item.lastFailure ?? {};
  return {
    partition,
    offset: record.offset.toString(),
    phase: problem.phase,
    reason: problem.reason,
    attempts,
    firstFailedAt: timeOf(firstFailedAtMs),
    ...(status !== undefined && { status }),
    // Empty where those who had the partition before did not know it.
    ...(versionRef && { versionRef }),
  };
}
