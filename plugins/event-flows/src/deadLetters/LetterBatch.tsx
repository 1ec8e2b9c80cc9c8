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
import { LetterBatchDialog } from './LetterBatchDialog';
import { EndpointPausedError, type BatchAction } from './letterBatch';
import { useLetterBatch, type BatchProgress } from './useLetterBatch';

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
  { name: 'EventFlowsLetterBatch' },
);

/**
 * Redelivers or dismisses every open letter, those that are not on the screen
 * included, when asked and confirmed. What is done stays done: whoever stops it,
 * or leaves the page, goes on later with the rest.
 */
export function LetterBatch(props: {
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
  const [asked, setAsked] = useState<BatchAction>();
  const { progress, start, stop } = useLetterBatch(queue);
  const busy = progress?.isRunning ?? false;
  if (!offered && !progress && !asked) {
    return null;
  }
  return (
    <div className={classes.root}>
      {progress && busy ? (
        <SequenceProgress
          label={t(`deadLetters.batch.${progress.action}.all`)}
          done={doneOf(progress)}
          total={progress.total}
          stopLabel={t('common.stop')}
          onStop={stop}
        />
      ) : (
        offered &&
        (['redeliver', 'dismiss'] as const).map(action => (
          <GuardedButton
            key={action}
            refusal={queue.mayUpdate ? undefined : t('permission.queueUpdate')}
            size="small"
            variant="outlined"
            onClick={() => setAsked(action)}
          >
            {t(`deadLetters.batch.${action}.all`)}
          </GuardedButton>
        ))
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
          title={t(`deadLetters.batch.${progress.action}.failed`)}
        >
          {progress.error instanceof EndpointPausedError
            ? progress.error.message
            : undefined}
        </ErrorNotice>
      )}
      {asked && (
        <LetterBatchDialog
          action={asked}
          queue={queue}
          topic={topic}
          reason={reason}
          onCancel={() => setAsked(undefined)}
          onConfirm={letters => {
            setAsked(undefined);
            void start(asked, letters);
          }}
        />
      )}
    </div>
  );
}

function doneOf({ tally }: BatchProgress): number {
  return tally.done + tally.refused + tally.gone;
}

function describeProgress(
  { action, total, tally, holdMs }: BatchProgress,
  t: Translate,
): string {
  const { done, refused, gone } = tally;
  const counts = {
    ...{ done: formatCount(done), refused: formatCount(refused) },
    ...{ gone: formatCount(gone), total: formatCount(total) },
  };
  const progress =
    gone > 0
      ? t(`deadLetters.batch.${action}.progressGone`, counts)
      : t(`deadLetters.batch.${action}.progress`, counts);
  return holdMs === undefined
    ? progress
    : t('backTest.held', { progress, time: formatDuration(holdMs) });
}
