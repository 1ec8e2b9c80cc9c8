import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { StateChip } from '../components/StateChip';
import { RelativeTime } from '../components/RelativeTime';
import { queueView, recentError, unbalancedBy } from '../components/queueView';
import { useNow } from '../components/useNow';
import { formatCount } from '../format/numbers';
import { eventFlowsTranslationRef } from '../translation';
import { HeldUpRecords } from './heldUp/HeldUpRecords';
import { heldUpRecordsOf } from './heldUp/records';
import { PauseClockNote } from './PauseClockNote';
import { StalledNote } from './StalledNote';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexDirection: 'column',
      alignItems: 'flex-start',
      gap: theme.spacing(0.5),
      minWidth: 160,
      maxWidth: 420,
      overflowWrap: 'anywhere',
    },
  }),
  { name: 'EventFlowsQueueState' },
);

/** What a queue is doing, why, and what to do: without hovering. */
export function QueueStateCell({ queue }: { queue: Queue }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { label, tone, reason, advice } = queueView(queue, t);
  const lastError = recentError(queue, useNow());
  const { counters, stalledSince } = queue.status ?? {};
  const accounted = counters && unbalancedBy(counters);
  const [heldUp] = heldUpRecordsOf(queue);
  const isSaidOfRecord = heldUp && reason?.endsWith(heldUp.reason);
  return (
    <div className={classes.root}>
      <StateChip tone={tone} label={label} />
      {stalledSince && <StalledNote since={stalledSince} />}
      {reason && !isSaidOfRecord && (
        <Typography variant="caption" color="textSecondary">
          {reason}
        </Typography>
      )}
      <HeldUpRecords queue={queue} />
      {queue.pauseClock && <PauseClockNote clock={queue.pauseClock} />}
      {advice && (
        <Typography variant="caption" color="textSecondary">
          {advice}
        </Typography>
      )}
      {lastError && (
        <Typography variant="caption" color="textSecondary">
          {t('queues.lastError', {
            when: <RelativeTime at={lastError.at} />,
            message: lastError.message,
          })}
        </Typography>
      )}
      {counters && counters.deadLettered > 0 && (
        <Typography variant="caption" color="textSecondary">
          {t('queues.deadLettered', {
            count: counters.deadLettered,
            number: formatCount(counters.deadLettered),
          })}
        </Typography>
      )}
      {counters && accounted !== undefined && (
        <Typography variant="caption" color="error">
          {t('queues.unbalanced', {
            read: formatCount(counters.read),
            accounted: formatCount(accounted),
          })}
        </Typography>
      )}
    </div>
  );
}
