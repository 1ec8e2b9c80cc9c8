import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Tooltip from '@material-ui/core/Tooltip';
import Typography from '@material-ui/core/Typography';
import {
  isExpiring,
  type PauseClock,
} from '@event-flows/backstage-plugin-event-flows-common';
import { StateChip } from '../components/StateChip';
import { useNow } from '../components/useNow';
import { formatCount } from '../format/numbers';
import { formatDuration, formatExact, formatMoment } from '../format/time';
import { eventFlowsTranslationRef } from '../translation';

/** When the topic deletes what a queue that stands still has not read. */
export function PauseClockNote({ clock }: { clock: PauseClock }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { deletedFrom, deleted, isSizeLimited } = clock;
  const now = useNow();
  return (
    <>
      {deleted > 0 && (
        <>
          <StateChip tone="error" label={t('pauseClock.lost')} />
          <Typography variant="caption" color="textSecondary">
            {t('pauseClock.deleted', { number: formatCount(deleted) })}
          </Typography>
        </>
      )}
      {deleted === 0 && isExpiring(clock, now) && (
        <StateChip tone="warning" label={t('pauseClock.soon')} />
      )}
      {deletedFrom && (
        <Tooltip title={formatExact(deletedFrom)}>
          <Typography variant="caption" color="textSecondary">
            {Date.parse(deletedFrom) > now
              ? t('pauseClock.deletedFrom', {
                  when: formatMoment(deletedFrom, now),
                  duration: formatDuration(Date.parse(deletedFrom) - now),
                })
              : t('pauseClock.overdue')}
          </Typography>
        </Tooltip>
      )}
      {isSizeLimited && (
        <Typography variant="caption" color="textSecondary">
          {deletedFrom ? t('pauseClock.sizeToo') : t('pauseClock.size')}
        </Typography>
      )}
    </>
  );
}
