import type { QueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { formatCount } from '../../format/numbers';
import type { Translate } from '../../translation';

/** How a queue delivers, in one line. */
export function settingsSummary(settings: QueueSettings, t: Translate): string {
  const { ordering, concurrency, timeoutMs, maxAttempts } = settings;
  const { maxRecordAgeMs, deadLetterTopic } = settings;
  const { lagAlert, ageAlertMs } = settings;
  return [
    t(`queue.ordering.${ordering}`),
    t('queue.concurrency', { count: concurrency }),
    t('queue.timeout', { seconds: `${timeoutMs / 1_000}` }),
    t('queue.attempts', { count: maxAttempts }),
    maxRecordAgeMs !== undefined &&
      t('queue.ageLimit', { minutes: `${maxRecordAgeMs / 60_000}` }),
    deadLetterTopic !== undefined
      ? t('queue.deadLetters', { topic: deadLetterTopic })
      : t('queue.noDeadLetters'),
    lagAlert !== undefined &&
      t('queue.lagAlert', { number: formatCount(lagAlert) }),
    ageAlertMs !== undefined &&
      t('queue.ageAlert', { minutes: `${ageAlertMs / 60_000}` }),
  ]
    .filter(Boolean)
    .join(', ');
}
