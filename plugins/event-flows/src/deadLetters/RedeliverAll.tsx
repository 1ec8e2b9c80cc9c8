import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import LinearProgress from '@material-ui/core/LinearProgress';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  DeadLetter,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { ErrorNotice } from '../components/ErrorNotice';
import { GuardedButton } from '../components/GuardedButton';
import { formatCount } from '../format/numbers';
import { eventFlowsTranslationRef } from '../translation';
import { useRedeliverAll } from './useRedeliverAll';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1, 2),
      padding: theme.spacing(0, 2, 1),
    },
    bar: { flex: '1 1 160px', maxWidth: 320 },
  }),
  { name: 'EventFlowsRedeliverAll' },
);

/** Redelivers every letter that is shown and open, when asked and confirmed. */
export function RedeliverAll(props: { queue: Queue; letters: DeadLetter[] }) {
  const { queue, letters } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [isAsking, setAsking] = useState(false);
  const { progress, start, stop } = useRedeliverAll(queue);
  const count = letters.length;
  if (count === 0 && !progress) {
    return null;
  }
  return (
    <div className={classes.root}>
      {progress?.isRunning ? (
        <>
          <LinearProgress
            className={classes.bar}
            variant="determinate"
            aria-label={t('deadLetters.redeliverAll')}
            value={
              (100 * (progress.accepted + progress.refused)) / progress.total
            }
          />
          <Button size="small" onClick={stop}>
            {t('deadLetters.stop')}
          </Button>
        </>
      ) : (
        count > 0 && (
          <GuardedButton
            refusal={queue.mayUpdate ? undefined : t('permission.queueUpdate')}
            size="small"
            variant="outlined"
            onClick={() => setAsking(true)}
          >
            {t('deadLetters.redeliverAll')}
          </GuardedButton>
        )
      )}
      <Typography variant="body2" role="status">
        {progress &&
          t('deadLetters.progress', {
            accepted: formatCount(progress.accepted),
            refused: formatCount(progress.refused),
            total: formatCount(progress.total),
          })}
      </Typography>
      {progress?.error !== undefined && (
        <ErrorNotice
          error={progress.error}
          title={t('deadLetters.actFailed')}
        />
      )}
      {isAsking && (
        <ConfirmDialog
          title={t('deadLetters.redeliverAllTitle', { count })}
          confirmLabel={t('deadLetters.redeliver')}
          onCancel={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            void start(letters);
          }}
        >
          <Typography>{t('deadLetters.redeliverAllText')}</Typography>
        </ConfirmDialog>
      )}
    </div>
  );
}
