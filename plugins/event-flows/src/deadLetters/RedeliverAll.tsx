import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice';
import { GuardedButton } from '../components/GuardedButton';
import { SequenceProgress } from '../components/SequenceProgress';
import { formatCount } from '../format/numbers';
import { formatDuration } from '../format/time';
import { eventFlowsTranslationRef, type Translate } from '../translation';
import { RedeliverAllDialog } from './RedeliverAllDialog';
import { useRedeliverAll, type RedeliveryProgress } from './useRedeliverAll';

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
 * Redelivers every open letter, those that are not on the screen included, when
 * asked and confirmed. What is done stays done: whoever stops it, or leaves the
 * page, goes on later with the rest.
 */
export function RedeliverAll(props: {
  queue: Queue;
  topic: string;
  /** Only those with this text in their reason; empty: all. */
  reason: string;
  /** Whether there may be open letters. */
  offered: boolean;
}) {
  const { queue, topic, reason, offered } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [isAsking, setAsking] = useState(false);
  const { progress, start, stop } = useRedeliverAll(queue);
  const busy = progress?.isRunning ?? false;
  if (!offered && !progress && !isAsking) {
    return null;
  }
  return (
    <div className={classes.root}>
      {progress && busy ? (
        <SequenceProgress
          label={t('deadLetters.redeliverAll')}
          done={doneOf(progress)}
          total={progress.total}
          stopLabel={t('deadLetters.stop')}
          onStop={stop}
        />
      ) : (
        offered && (
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
      <Typography
        variant="body2"
        role="status"
        // Thousands of steps are too many to listen to: how it ended is told.
        aria-live={busy ? 'off' : 'polite'}
      >
        {progress && describeProgress(progress, t)}
      </Typography>
      {progress?.error !== undefined && (
        <ErrorNotice
          error={progress.error}
          title={t('deadLetters.redeliverAllFailed')}
        />
      )}
      {isAsking && (
        <RedeliverAllDialog
          queueId={queue.id}
          topic={topic}
          reason={reason}
          onCancel={() => setAsking(false)}
          outputTopic={queue.settings?.outputTopic}
          onConfirm={letters => {
            setAsking(false);
            void start(letters);
          }}
        />
      )}
    </div>
  );
}

function doneOf({ tally }: RedeliveryProgress): number {
  return tally.accepted + tally.refused + tally.gone;
}

function describeProgress(
  { total, tally, holdMs }: RedeliveryProgress,
  t: Translate,
): string {
  const { accepted, refused, gone } = tally;
  const counts = {
    ...{ accepted: formatCount(accepted), refused: formatCount(refused) },
    ...{ gone: formatCount(gone), total: formatCount(total) },
  };
  const progress =
    gone > 0
      ? t('deadLetters.progressGone', counts)
      : t('deadLetters.progress', counts);
  return holdMs === undefined
    ? progress
    : t('backTest.held', { progress, time: formatDuration(holdMs) });
}
