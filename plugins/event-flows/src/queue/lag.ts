import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { formatCount } from '../format/numbers';
import type { Translate } from '../translation';

/** How many records wait for a queue; undefined while nobody knows. */
export function knownLag({ status }: Pick<Queue, 'status'>) {
  return status?.isLagUnknown ? undefined : status?.lag;
}

/** The same in words. */
export function lagText(queue: Pick<Queue, 'status'>, t: Translate): string {
  const lag = knownLag(queue);
  return lag === undefined ? t('queues.none') : formatCount(lag);
}
