import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';

/** Whether the caller could disable the queue. */
export function mayBeDisabled({ state, mayUpdate }: Queue): boolean {
  return state === 'enabled' && mayUpdate;
}
