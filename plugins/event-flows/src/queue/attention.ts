import {
  isExpiring,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { unbalancedBy } from '../components/queueView';

/** What a list of queues can be narrowed down to. */
export type QueueGroup = 'attention' | 'working' | 'disabled';

/** Which part of a list of queues one belongs to: where a person has to act, first. */
export function groupOf(
  { state, status, pauseClock }: Pick<Queue, 'state' | 'status' | 'pauseClock'>,
  nowMs: number,
): QueueGroup {
  const isUnbalanced = status && unbalancedBy(status.counters) !== undefined;
  const isStalled = status?.stalledSince !== undefined;
  const isWaiting = state === 'enabled' && status?.waitsFor !== undefined;
  if (
    isUnbalanced ||
    isStalled ||
    isWaiting ||
    (pauseClock && isExpiring(pauseClock, nowMs))
  ) {
    return 'attention';
  }
  if (state === 'disabled') {
    return 'disabled';
  }
  switch (status?.phase) {
    case 'blocked':
    case 'paused':
    case 'failed':
    case 'stopped':
      return 'attention';
    default:
      return 'working';
  }
}
