import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Tooltip from '@material-ui/core/Tooltip';
import Typography from '@material-ui/core/Typography';
import { useNow } from '../components/useNow';
import { formatExact, formatSince } from '../format/time';
import { eventFlowsTranslationRef } from '../translation';

/** For how long an enabled queue has delivered nothing although it should. */
export function StalledNote({ since }: { since: string }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const now = useNow();
  return (
    <Tooltip title={formatExact(since)}>
      <Typography variant="caption" color="error" display="block">
        {t('queues.stalled', { duration: formatSince(since, now) })}
      </Typography>
    </Tooltip>
  );
}
