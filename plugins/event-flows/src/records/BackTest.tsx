import { useTranslationRef } from '@backstage/frontend-plugin-api';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useEffect, useId, useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice';
import { GuardedButton } from '../components/GuardedButton';
import { SequenceProgress } from '../components/SequenceProgress';
import { formatCount } from '../format/numbers';
import { formatDuration } from '../format/time';
import { eventFlowsTranslationRef, type Translate } from '../translation';
import { BackTestResult } from './BackTestResult';
import { CALL_EVERY_MS } from '../api/CallPace';
import { useBackTest, type BackTestProgress } from './useBackTest';
import { VersionSelect } from './VersionSelect';

/** How many of the latest records can be tried at once. */
const COUNTS = [10, 50, 200, 1_000];

const useStyles = makeStyles(
  theme => ({
    fields: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(2),
      margin: theme.spacing(2, 0),
    },
    count: { minWidth: 120 },
  }),
  { name: 'EventFlowsBackTest' },
);

/** Tries a version, or two, on the latest records, and sums up what came of it. */
export function BackTest(props: {
  queue: Queue;
  /** Told whether it is under way: whoever takes it off the screen ends it. */
  onRunning: (isRunning: boolean) => void;
}) {
  const { queue, onRunning } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const [count, setCount] = useState(COUNTS[0]);
  const [versionRef, setVersionRef] = useState('latest');
  const [compareRef, setCompareRef] = useState('');
  const { progress, start, stop } = useBackTest();
  const busy = progress?.isRunning ?? false;
  const calls = compareRef ? 2 * count : count;
  useEffect(() => {
    onRunning(busy);
    return () => onRunning(false);
  }, [busy, onRunning]);

  return (
    <>
      <Alert severity="warning" variant="outlined">
        {t('backTest.warning', {
          ...{ calls: formatCount(calls) },
          ...{ time: formatDuration(calls * CALL_EVERY_MS) },
        })}
      </Alert>
      <div className={classes.fields}>
        <TextField
          select
          id={id}
          size="small"
          variant="outlined"
          className={classes.count}
          label={t('backTest.count')}
          disabled={busy}
          SelectProps={{ labelId: `${id}-label` }}
          value={count}
          onChange={event => setCount(Number(event.target.value))}
        >
          {COUNTS.map(known => (
            <MenuItem key={known} value={known}>
              {formatCount(known)}
            </MenuItem>
          ))}
        </TextField>
        <VersionSelect
          algorithmRef={queue.algorithmRef}
          label={t('enable.version')}
          value={versionRef}
          disabled={busy}
          onChange={setVersionRef}
        />
        <VersionSelect
          algorithmRef={queue.algorithmRef}
          label={t('backTest.compare')}
          noneLabel={t('backTest.compareNone')}
          value={compareRef}
          disabled={busy}
          onChange={setCompareRef}
        />
        {progress && busy ? (
          <SequenceProgress
            label={t('backTest.title')}
            done={progress.tally.done}
            total={progress.total ?? count}
            stopLabel={t('common.stop')}
            onStop={stop}
          />
        ) : (
          <GuardedButton
            refusal={queue.mayUpdate ? undefined : t('permission.queueUpdate')}
            variant="outlined"
            color="primary"
            onClick={() =>
              void start({
                ...{ queueId: queue.id, limit: count },
                versionRefs: compareRef
                  ? [versionRef, compareRef]
                  : [versionRef],
              })
            }
          >
            {t('backTest.start')}
          </GuardedButton>
        )}
      </div>
      <Typography
        variant="body2"
        role="status"
        // A thousand steps are too many to listen to: how it ended is told.
        aria-live={busy ? 'off' : 'polite'}
      >
        {progress && describeProgress(progress, t)}
      </Typography>
      {progress?.error !== undefined && (
        <ErrorNotice error={progress.error} title={t('backTest.failed')} />
      )}
      {progress && <BackTestResult queue={queue} tally={progress.tally} />}
    </>
  );
}

/** How far it has come, and how long it will take. */
function describeProgress(
  { isRunning, total, tally, elapsedMs, holdMs }: BackTestProgress,
  t: Translate,
): string {
  const { done } = tally;
  if (total === undefined) {
    return isRunning ? t('backTest.finding') : '';
  }
  if (total === 0) {
    return t('records.empty');
  }
  const progress = t('backTest.progress', {
    ...{ count: total },
    ...{ done: formatCount(done), total: formatCount(total) },
  });
  if (holdMs !== undefined) {
    return t('backTest.held', { progress, time: formatDuration(holdMs) });
  }
  const leftMs = ((total - done) * elapsedMs) / done;
  return isRunning && done > 0
    ? t('backTest.left', { progress, time: formatDuration(leftMs) })
    : progress;
}
