import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { RelativeTime } from '../components/RelativeTime';
import { eventFlowsTranslationRef } from '../translation';

const useStyles = makeStyles(
  theme => ({
    root: { overflowWrap: 'anywhere' },
    list: {
      margin: theme.spacing(1, 0, 2),
      paddingLeft: theme.spacing(2.5),
    },
  }),
  { name: 'EventFlowsQueueConflict' },
);

/** Says who changed the queue in between, and what, and offers to go on from there. */
export function QueueConflictNotice(props: {
  /** As the dialog was opened with it. */
  opened: Queue;
  theirs: Queue;
  /** What they changed of the form, line by line. */
  changes: string[];
  onTakeTheirs: () => void;
}) {
  const { opened, theirs } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const changes = [
    ...(theirs.state !== opened.state
      ? [t(`enable.conflictStates.${theirs.state}`)]
      : []),
    ...(theirs.connection.id !== opened.connection.id
      ? [t('enable.conflictMoved', { connection: theirs.connection.name })]
      : []),
    ...props.changes,
  ];
  return (
    <Alert severity="warning" variant="outlined" className={classes.root}>
      <AlertTitle>{t('enable.conflictTitle')}</AlertTitle>
      <Typography variant="body2">
        {t('enable.conflictWho', {
          who: (
            <EntityDisplayName
              entityRef={theirs.changedBy}
              hideIcon
              disableTooltip
            />
          ),
          when: <RelativeTime at={theirs.changedAt} />,
        })}
      </Typography>
      <ul className={classes.list}>
        {changes.map(change => (
          <li key={change}>{change}</li>
        ))}
        {changes.length === 0 && <li>{t('enable.conflictSame')}</li>}
      </ul>
      <Typography variant="body2" paragraph>
        {t('enable.conflictKept')}
      </Typography>
      <Button
        variant="outlined"
        color="inherit"
        size="small"
        onClick={props.onTakeTheirs}
      >
        {t('enable.takeTheirs')}
      </Button>
    </Alert>
  );
}
