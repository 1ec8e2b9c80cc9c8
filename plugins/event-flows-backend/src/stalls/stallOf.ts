import type { QueueStatus } from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueRecord } from '../queues/QueuesStore';

/**
 * Since when a queue delivers nothing although it should: it is enabled, and
 * does not run, whatever keeps it. One that runs again goes on being stalled
 * until it has delivered a record, or none waits. Whether that lasts long
 * enough to need somebody is not said here.
 *
 * One that waits for approval is none: its owner decides when it goes on.
 *
 * @param at - the moment of this look
 */
export function stallOf(
  { state, stalledSince }: Pick<QueueRecord, 'state' | 'stalledSince'>,
  {
    phase,
    lag,
    waitsFor,
    lastDeliveredAt,
  }: Pick<QueueStatus, 'phase' | 'lag' | 'waitsFor' | 'lastDeliveredAt'>,
  at: string,
): string | undefined {
  if (state === 'disabled' || waitsFor) {
    return undefined;
  }
  const hasDelivered =
    stalledSince !== undefined &&
    lastDeliveredAt !== undefined &&
    lastDeliveredAt > stalledSince;
  if (phase === 'running') {
    return hasDelivered || lag === 0 ? undefined : stalledSince;
  }
  return hasDelivered ? at : (stalledSince ?? at);
}
