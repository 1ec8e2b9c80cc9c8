import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  Queue,
  TopicRecord,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useTryVersion } from '../api/mutations';
import { ErrorNotice } from '../components/ErrorNotice';
import { GuardedButton } from '../components/GuardedButton';
import { ProgressButton } from '../components/ProgressButton';
import { eventFlowsTranslationRef } from '../translation';
import { TrialResult } from './TrialResult';
import { useChoosableVersions } from './useChoosableVersions';
import { VersionSelect } from './VersionSelect';

const useStyles = makeStyles(
  theme => ({
    row: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(2),
      margin: theme.spacing(1, 0, 2),
    },
    title: { fontWeight: 600 },
  }),
  { name: 'EventFlowsTryVersion' },
);

/** Sends the record to a version, as delivery would, and shows what came of it. */
export function TryVersion(props: { queue: Queue; record: TopicRecord }) {
  const { queue, record } = props;
  const { partition, offset } = record;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [versionRef, setVersionRef] = useState(queue.versionRef ?? 'latest');
  const attempt = useTryVersion(queue.id);
  const { isChoosable } = useChoosableVersions(queue.algorithmRef);
  const label = t('records.try');
  const unknown = isChoosable(versionRef)
    ? undefined
    : t('records.versionUnknown');
  const refusal = queue.mayUpdate ? unknown : t('permission.queueUpdate');

  return (
    <section aria-label={label}>
      <Typography variant="body2" className={classes.title}>
        {label}
      </Typography>
      <Typography variant="caption" color="textSecondary">
        {t('records.tryText')}{' '}
        {queue.settings?.outputTopic !== undefined &&
          t('records.notPublished', { topic: queue.settings.outputTopic })}
      </Typography>
      <div className={classes.row}>
        <VersionSelect
          algorithmRef={queue.algorithmRef}
          label={t('enable.version')}
          value={versionRef}
          disabled={attempt.isPending}
          onChange={chosen => {
            // What another version said is not said of this one.
            attempt.reset();
            setVersionRef(chosen);
          }}
        />
        {refusal === undefined ? (
          <ProgressButton
            busy={attempt.isPending}
            variant="outlined"
            color="primary"
            onClick={() => attempt.mutate({ partition, offset, versionRef })}
          >
            {label}
          </ProgressButton>
        ) : (
          <GuardedButton refusal={refusal} variant="outlined">
            {label}
          </GuardedButton>
        )}
      </div>
      {attempt.error && (
        <ErrorNotice error={attempt.error} title={t('records.tryFailed')} />
      )}
      {attempt.data && <TrialResult trial={attempt.data} />}
    </section>
  );
}
