import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import type {
  Queue,
  TopicRecord,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useId, useState } from 'react';
import { eventFlowsApiRef } from '../api/eventFlowsApiRef';
import { ErrorNotice } from '../components/ErrorNotice';
import { GuardedButton } from '../components/GuardedButton';
import { SequenceProgress } from '../components/SequenceProgress';
import { useSequence } from '../components/useSequence';
import { formatCount } from '../format/numbers';
import { eventFlowsTranslationRef } from '../translation';
import type { BackTestTrial } from './backTest';
import { BackTestResult } from './BackTestResult';
import { VersionSelect } from './VersionSelect';

/** How many of the latest records can be tried at once. */
const COUNTS = [10, 25, 50];

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
export function BackTest(props: { queue: Queue; records: TopicRecord[] }) {
  const { queue, records } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const api = useApi(eventFlowsApiRef);
  const id = useId();
  const [count, setCount] = useState(COUNTS[0]);
  const [versionRef, setVersionRef] = useState('latest');
  const [compareRef, setCompareRef] = useState('');

  const { sequence, start, stop } = useSequence(
    async (record: TopicRecord, signal): Promise<BackTestTrial> => {
      const { partition, offset } = record;
      const attempt = (ref: string) =>
        api.tryVersion(
          queue.id,
          { partition, offset, versionRef: ref },
          { signal },
        );
      const first = await attempt(versionRef);
      return {
        ...{ record, first },
        ...(compareRef && { second: await attempt(compareRef) }),
      };
    },
  );
  const busy = sequence?.isRunning ?? false;

  return (
    <>
      <Alert severity="warning" variant="outlined">
        {t('backTest.warning')}
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
        {sequence && busy ? (
          <SequenceProgress
            label={t('backTest.title')}
            sequence={sequence}
            stopLabel={t('deadLetters.stop')}
            onStop={stop}
          />
        ) : (
          <GuardedButton
            refusal={queue.mayUpdate ? undefined : t('permission.queueUpdate')}
            variant="outlined"
            color="primary"
            onClick={() => void start(records.slice(-count))}
          >
            {t('backTest.start')}
          </GuardedButton>
        )}
      </div>
      <Typography variant="body2" role="status">
        {sequence &&
          t('backTest.progress', {
            ...{ count: sequence.total },
            ...{ done: formatCount(sequence.results.length) },
          })}
      </Typography>
      {sequence?.error !== undefined && (
        <ErrorNotice error={sequence.error} title={t('backTest.failed')} />
      )}
      {sequence && sequence.results.length > 0 && (
        <BackTestResult trials={sequence.results} />
      )}
    </>
  );
}
