import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type { ButtonProps } from '@material-ui/core/Button';
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
 * **Enable** and **Rewind**, or **Disable** and **Edit**, with **Approve** where
 * it waits for that and **Try again now** where it is paused otherwise; refused
 * with the reason to those who may not.
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
  const button = (
    action: QueueAction,
    look: Pick<ButtonProps, 'variant' | 'color'> = {},
  ) => (
    <GuardedButton
      refusal={refusal}
      size="small"
      variant="outlined"
      {...look}
      onClick={() => onAct(action)}
    >
      {t(`queues.${action}`)}
    </GuardedButton>
  );
  const { phase, waitsFor } = queue.status ?? {};
  if (queue.state === 'disabled') {
    return (
      <div className={className}>
        {queue.versionRef && phase === 'stopped' && button('rewind')}
        {button('enable', { color: 'primary' })}
      </div>
    );
  }
  const isPaused = phase === 'paused' && waitsFor === undefined;
  return (
    <div className={className}>
      {button('disable')}
      {button('edit', { color: 'primary' })}
      {isPaused && button('resume', { color: 'primary' })}
      {waitsFor?.kind === 'approval' &&
        button('approve', { variant: 'contained', color: 'primary' })}
    </div>
  );
}
