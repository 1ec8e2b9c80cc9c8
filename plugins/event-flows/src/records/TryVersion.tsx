import { useTranslationRef } from '@backstage/frontend-plugin-api';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import type {
  Queue,
  TopicRecord,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useId, useState } from 'react';
import { useAlgorithmVersions } from '../api/catalog';
import { useTryVersion } from '../api/mutations';
import { ErrorNotice } from '../components/ErrorNotice';
import { GuardedButton } from '../components/GuardedButton';
import { ProgressButton } from '../components/ProgressButton';
import { eventFlowsTranslationRef } from '../translation';
import { TrialResult } from './TrialResult';

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
    version: { minWidth: 160 },
  }),
  { name: 'EventFlowsTryVersion' },
);

/** Sends the record to a version, as delivery would, and shows what came of it. */
export function TryVersion(props: { queue: Queue; record: TopicRecord }) {
  const { queue, record } = props;
  const { partition, offset } = record;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const versions = useAlgorithmVersions(queue.algorithmRef);
  const [versionRef, setVersionRef] = useState(queue.versionRef ?? 'latest');
  const attempt = useTryVersion(queue.id);
  const valid = (versions.data ?? []).filter(version => version.valid);
  const isKnown =
    versionRef === 'latest' || valid.some(({ ref }) => ref === versionRef);
  const label = t('records.try');

  return (
    <section aria-label={label}>
      <Typography variant="body2" className={classes.title}>
        {label}
      </Typography>
      <Typography variant="caption" color="textSecondary">
        {t('records.tryText')}
      </Typography>
      <div className={classes.row}>
        <TextField
          select
          id={id}
          size="small"
          variant="outlined"
          className={classes.version}
          label={t('enable.version')}
          SelectProps={{ labelId: `${id}-label` }}
          value={isKnown ? versionRef : 'latest'}
          onChange={event => setVersionRef(event.target.value)}
        >
          <MenuItem value="latest">{t('enable.latest')}</MenuItem>
          {valid.map(({ ref, version }) => (
            <MenuItem key={ref} value={ref}>
              {version}
            </MenuItem>
          ))}
        </TextField>
        {queue.mayUpdate ? (
          <ProgressButton
            busy={attempt.isPending}
            variant="outlined"
            color="primary"
            onClick={() =>
              attempt.mutate({
                ...{ partition, offset },
                versionRef: isKnown ? versionRef : 'latest',
              })
            }
          >
            {label}
          </ProgressButton>
        ) : (
          <GuardedButton
            refusal={t('permission.queueUpdate')}
            variant="outlined"
          >
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
