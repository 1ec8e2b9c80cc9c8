import type { QueueStatus } from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueRecord } from '../queues/QueuesStore';

/** Whether records may wait unread for long: nothing reads them, or not all. */
export function standsStill(
  { state, versionRef }: Pick<QueueRecord, 'state' | 'versionRef'>,
  status: Pick<QueueStatus, 'phase' | 'stalledSince'> | undefined,
): boolean {
  if (state === 'disabled') {
    // One that never ran has no position, and misses nothing.
    return versionRef !== undefined;
  }
  const phase = status?.phase;
  return (
    phase === 'blocked' ||
    phase === 'paused' ||
    phase === 'failed' ||
    status?.stalledSince !== undefined
  );
}
