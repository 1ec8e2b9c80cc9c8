import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { GuardedButton } from '../components/GuardedButton';
import { eventFlowsTranslationRef } from '../translation';

/** What a person can ask of a queue. */
export type QueueAction =
  'enable' | 'rewind' | 'edit' | 'approve' | 'resume' | 'disable';

const useStyles = makeStyles(
  theme => ({
    root: {
      // As wide as its widest button, which the others then are, too.
      display: 'inline-flex',
      alignItems: 'stretch',
      gap: theme.spacing(1),
    },
    stacked: {
      [theme.breakpoints.down('sm')]: { flexDirection: 'column' },
    },
  }),
  { name: 'EventFlowsQueueActions' },
);

/**
 * **Enable** and **Rewind**, or **Disable** and **Edit**, with **Approve** where it
 * waits for that and **Try again now** where it is paused otherwise; refused with the reason to those who may not.
 */
export function QueueActions(props: {
  queue: Queue;
  /** One above the other where the window is narrow, as the row of a table is. */
  stacked?: boolean;
  onAct: (action: QueueAction) => void;
}) {
  const { queue, onAct } = props;
  const classes = useStyles();
  const className = props.stacked
    ? `${classes.root} ${classes.stacked}`
    : classes.root;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const refusal = queue.mayUpdate ? undefined : t('permission.queueUpdate');
  if (queue.state === 'disabled') {
    return (
      <div className={className}>
        {queue.versionRef && queue.status?.phase === 'stopped' && (
          <GuardedButton
            refusal={refusal}
            size="small"
            variant="outlined"
            onClick={() => onAct('rewind')}
          >
            {t('queues.rewind')}
          </GuardedButton>
        )}
        <GuardedButton
          refusal={refusal}
          size="small"
          variant="outlined"
          color="primary"
          onClick={() => onAct('enable')}
        >
          {t('queues.enable')}
        </GuardedButton>
      </div>
    );
  }
  const { phase, waitsFor } = queue.status ?? {};
  const isPaused = phase === 'paused' && waitsFor === undefined;
  return (
    <div className={className}>
      <GuardedButton
        refusal={refusal}
        size="small"
        variant="outlined"
        onClick={() => onAct('disable')}
      >
        {t('queues.disable')}
      </GuardedButton>
      <GuardedButton
        refusal={refusal}
        size="small"
        variant="outlined"
        color="primary"
        onClick={() => onAct('edit')}
      >
        {t('queues.edit')}
      </GuardedButton>
      {isPaused && (
        <GuardedButton
          refusal={refusal}
          size="small"
          variant="outlined"
          color="primary"
          onClick={() => onAct('resume')}
        >
          {t('queues.resume')}
        </GuardedButton>
      )}
      {waitsFor?.kind === 'approval' && (
        <GuardedButton
          refusal={refusal}
          size="small"
          variant="contained"
          color="primary"
          onClick={() => onAct('approve')}
        >
          {t('queues.approve')}
        </GuardedButton>
      )}
    </div>
  );
}
