import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  HeldUpRecord,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useDecideHeldUpRecord } from '../../api/mutations';
import { ErrorNotice } from '../../components/ErrorNotice';
import { RelativeTime } from '../../components/RelativeTime';
import { eventFlowsTranslationRef } from '../../translation';
import { HeldUpActions } from './HeldUpActions';
import { isSameRecord, placeOf } from './records';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(0.5),
      overflowWrap: 'anywhere',
    },
    place: { fontWeight: 600 },
    failure: { marginTop: theme.spacing(1) },
  }),
  { name: 'EventFlowsHeldUpItem' },
);

/** What every held-up record on the screen needs to be acted on. */
export interface HeldUpItemProps {
  queue: Queue;
  onLook: (record: HeldUpRecord) => void;
  onSkip: (record: HeldUpRecord) => void;
  onDeadLetter: (record: HeldUpRecord) => void;
  /** Called with what was done, in a sentence. */
  onDone: (text: string) => void;
}

/** One held-up record: which, why, since when, and what can be done about it. */
export function HeldUpItem(props: HeldUpItemProps & { record: HeldUpRecord }) {
  const { queue, record, onLook, onSkip, onDeadLetter, onDone } = props;
  const { partition, offset, reason, attempts, firstFailedAt } = record;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const place = placeOf(record, t);
  const retry = useDecideHeldUpRecord(queue.id, decision =>
    onDone(t('heldUp.retried', { place: placeOf(decision, t) })),
  );
  // The next record takes this one's place on the screen, but not its answer.
  const isAnswer =
    retry.variables !== undefined && isSameRecord(retry.variables, record);

  return (
    <div role="group" aria-label={place} className={classes.root}>
      <Typography variant="body2" className={classes.place}>
        {place}
      </Typography>
      <Typography variant="caption" color="textSecondary">
        {reason}
      </Typography>
      <Typography variant="caption" color="textSecondary">
        {t('heldUp.attempts', { count: attempts })}
        {firstFailedAt && (
          <>
            {t('heldUp.firstFailed')} <RelativeTime at={firstFailedAt} />
          </>
        )}
      </Typography>
      <HeldUpActions
        mayUpdate={queue.mayUpdate}
        mayReadRecords={queue.mayReadRecords}
        isRetrying={isAnswer && retry.isPending}
        onRetry={() => retry.mutate({ action: 'retry', partition, offset })}
        onLook={() => onLook(record)}
        onSkip={() => onSkip(record)}
        onDeadLetter={() => onDeadLetter(record)}
      />
      {isAnswer && retry.error && (
        <div className={classes.failure}>
          <ErrorNotice error={retry.error} title={t('heldUp.retryFailed')} />
        </div>
      )}
    </div>
  );
}
