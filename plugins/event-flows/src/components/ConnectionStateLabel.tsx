import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import type { ConnectionState } from '@event-flows/backstage-plugin-event-flows-common';
import { formatExact, formatSince } from '../format/time';
import { eventFlowsTranslationRef } from '../translation';
import { StateDot } from './StateDot';
import { useNow } from './useNow';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      whiteSpace: 'nowrap',
      fontFamily: theme.typography.fontFamily,
      fontSize: theme.typography.body2.fontSize,
    },
  }),
  { name: 'EventFlowsConnectionState' },
);

/** Whether the cluster answers; the reason and the time are on hover. */
export function ConnectionStateLabel({ state }: { state: ConnectionState }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const now = useNow();
  const connected = state.status === 'connected';
  const checked = t('state.checkedAt', { when: formatExact(state.checkedAt) });
  return (
    <Tooltip title={state.reason ? `${state.reason} · ${checked}` : checked}>
      <span className={classes.root}>
        <StateDot tone={connected ? 'ok' : 'error'} />
        {connected
          ? t('state.connected')
          : t('state.unreachableFor', {
              duration: formatSince(state.since, now),
            })}
      </span>
    </Tooltip>
  );
}
