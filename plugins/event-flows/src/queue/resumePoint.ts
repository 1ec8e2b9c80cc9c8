import type { QueueStatus } from '@event-flows/backstage-plugin-event-flows-common';
import { formatCount } from '../format/numbers';
import type { Translate } from '../translation';

/**
 * Where a queue goes on, in a sentence: in how many partitions it has a
 * position and how many records these are behind, as far as that is known. A
 * lag of nothing is not told: it is also what is said where none is known.
 */
export function resumePoint(
  status: QueueStatus | undefined,
  t: Translate,
): string {
  const { lag = 0, partitions = [] } = status ?? {};
  const positions = partitions.filter(
    ({ position }) => position !== undefined,
  ).length;
  const known = [
    positions > 0 && t('enable.resumesIn', { count: positions }),
    lag > 0 &&
      t('enable.resumesBehind', { count: lag, records: formatCount(lag) }),
  ].filter(Boolean);
  return known.length > 0
    ? t('enable.resumesAt', { known: known.join(', ') })
    : t('enable.resumes');
}
