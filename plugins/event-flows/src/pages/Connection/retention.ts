import type { TopicDetails } from '@event-flows/backstage-plugin-event-flows-common';
import { formatBytes } from '../../format/numbers';
import { formatDuration } from '../../format/time';
import type { Translate } from '../../translation';

/** How long a topic keeps its records, by time and by size. */
export function describeRetention(
  topic: Pick<TopicDetails, 'retentionMs' | 'retentionBytes'>,
  t: Translate,
): string {
  const time =
    topic.retentionMs === undefined
      ? t('topic.forEver')
      : formatDuration(topic.retentionMs);
  return topic.retentionBytes === undefined
    ? time
    : t('topic.retentionAnd', {
        time,
        size: formatBytes(topic.retentionBytes),
      });
}
