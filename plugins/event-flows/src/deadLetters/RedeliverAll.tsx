import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  DeadLetter,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { eventFlowsApiRef } from '../api/eventFlowsApiRef';
import { queryKeys } from '../api/queries';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { ErrorNotice } from '../components/ErrorNotice';
import { GuardedButton } from '../components/GuardedButton';
import { SequenceProgress } from '../components/SequenceProgress';
import { useSequence } from '../components/useSequence';
import { formatCount } from '../format/numbers';
import { eventFlowsTranslationRef } from '../translation';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1, 2),
      padding: theme.spacing(0, 2, 1),
    },
  }),
  { name: 'EventFlowsRedeliverAll' },
);

/**
 * Redelivers every letter that is shown and open, in their order, when asked
 * and confirmed. What is done stays done: whoever stops it, or leaves the page,
 * goes on later with the rest.
 */
export function RedeliverAll(props: { queue: Queue; letters: DeadLetter[] }) {
  const { queue, letters } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const { sequence, start, stop } = useSequence(
    ({ partition, offset }: DeadLetter) =>
      // Not to be cut off: what was sent counts.
      api.redeliver(queue.id, {
        ...{ partition, offset, versionRef: queue.versionRef ?? 'latest' },
      }),
  );
  const redeliver = async () => {
    setAsking(false);
    await start(letters);
    await client.invalidateQueries({
      queryKey: queryKeys.deadLetters(queue.id),
    });
  };
  const count = letters.length;
  if (count === 0 && !sequence) {
    return null;
  }
  const accepted = sequence?.results.filter(
    ({ outcome }) => outcome === 'delivered',
  ).length;
  return (
    <div className={classes.root}>
      {sequence?.isRunning ? (
        <SequenceProgress
          label={t('deadLetters.redeliverAll')}
          done={sequence.results.length}
          total={sequence.total}
          stopLabel={t('deadLetters.stop')}
          onStop={stop}
        />
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
        {sequence &&
          accepted !== undefined &&
          t('deadLetters.progress', {
            accepted: formatCount(accepted),
            refused: formatCount(sequence.results.length - accepted),
            total: formatCount(sequence.total),
          })}
      </Typography>
      {sequence?.error !== undefined && (
        <ErrorNotice
          error={sequence.error}
          title={t('deadLetters.actFailed')}
        />
      )}
      {isAsking && (
        <ConfirmDialog
          title={t('deadLetters.redeliverAllTitle', { count })}
          confirmLabel={t('deadLetters.redeliver')}
          onCancel={() => setAsking(false)}
          onConfirm={() => void redeliver()}
        >
          <Typography>{t('deadLetters.redeliverAllText')}</Typography>
        </ConfirmDialog>
      )}
    </div>
  );
}
