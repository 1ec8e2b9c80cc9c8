import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  Queue,
  QueueCounters,
} from '@event-flows/backstage-plugin-event-flows-common';
import { Panel } from '../../components/Panel';
import { unbalancedBy } from '../../components/queueView';
import { formatCount } from '../../format/numbers';
import { eventFlowsTranslationRef } from '../../translation';

const useStyles = makeStyles(
  theme => ({
    sum: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'flex-end',
      gap: theme.spacing(1, 2),
      margin: 0,
    },
    number: {
      margin: 0,
      fontSize: theme.typography.h5.fontSize,
      fontVariantNumeric: 'tabular-nums',
      // The sign is drawn, and no part of what is read out.
      '&[data-sign]::before': {
        content: 'attr(data-sign)',
        marginRight: theme.spacing(2),
        color: theme.palette.text.secondary,
      },
    },
    label: { paddingLeft: theme.spacing(4) },
    verdict: { marginTop: theme.spacing(1.5) },
  }),
  { name: 'EventFlowsBalance' },
);

/** Whether anything is missing: what was read, and what became of it. */
export function BalancePanel({ queue }: { queue: Queue }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const counters = queue.status?.counters;
  return (
    <Panel title={t('queue.balance')}>
      {counters ? (
        <Balance counters={counters} />
      ) : (
        <Typography color="textSecondary">{t('queue.balanceEmpty')}</Typography>
      )}
    </Panel>
  );
}

function Balance({ counters }: { counters: QueueCounters }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const accounted = unbalancedBy(counters);
  const term = (name: keyof QueueCounters, sign?: string) => (
    <div>
      <Typography
        component="dt"
        variant="caption"
        color="textSecondary"
        className={sign && classes.label}
      >
        {t(`queue.counters.${name}`)}
      </Typography>
      <dd className={classes.number} data-sign={sign}>
        {formatCount(counters[name])}
      </dd>
    </div>
  );
  return (
    <>
      <dl className={classes.sum}>
        {term('read')}
        {term('delivered', accounted === undefined ? '=' : '≠')}
        {term('deadLettered', '+')}
        {term('skipped', '+')}
        {term('inFlight', '+')}
      </dl>
      <Typography
        variant="body2"
        color={accounted === undefined ? 'textSecondary' : 'error'}
        className={classes.verdict}
      >
        {accounted === undefined
          ? t('queue.balanced')
          : t('queues.unbalanced', {
              read: formatCount(counters.read),
              accounted: formatCount(accounted),
            })}
      </Typography>
    </>
  );
}
