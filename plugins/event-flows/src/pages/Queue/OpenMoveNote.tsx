import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { RelativeTime } from '../../components/RelativeTime';
import { eventFlowsTranslationRef } from '../../translation';
import { ConnectionName } from './ConnectionName';

const useStyles = makeStyles(
  theme => ({
    root: { marginBottom: theme.spacing(3), overflowWrap: 'anywhere' },
  }),
  { name: 'EventFlowsOpenMoveNote' },
);

/** A queue was moved and has not been seen to run since: where it can be moved back. */
export function OpenMoveNote({ queue }: { queue: Queue }) {
  const { connection, openMove } = queue;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  if (!openMove) {
    return null;
  }
  return (
    <Alert
      severity="warning"
      variant="outlined"
      role="status"
      className={classes.root}
    >
      {t('queue.openMove', {
        from: openMove.from.name,
        since: <RelativeTime at={openMove.since} />,
        connection: <ConnectionName connection={connection} />,
      })}
    </Alert>
  );
}
