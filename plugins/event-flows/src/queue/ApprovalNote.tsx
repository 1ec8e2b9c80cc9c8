import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { eventFlowsTranslationRef } from '../translation';

const useStyles = makeStyles(
  theme => ({
    root: { marginBottom: theme.spacing(3), overflowWrap: 'anywhere' },
  }),
  { name: 'EventFlowsApprovalNote' },
);

/** Why a queue waits, and that saving agrees to what is chosen. */
export function ApprovalNote({ status }: Pick<Queue, 'status'>) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  if (!status?.waitsFor) {
    return null;
  }
  return (
    <Alert
      severity="warning"
      variant="outlined"
      role="status"
      className={classes.root}
    >
      {status.reason}
      {status.waitsFor.kind === 'approval' && ` ${t('enable.saveApproves')}`}
    </Alert>
  );
}
