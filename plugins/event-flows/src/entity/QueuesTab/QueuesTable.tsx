import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { DataTable, type Column } from '../../components/DataTable';
import { Name } from '../../components/Name';
import { RelativeTime } from '../../components/RelativeTime';
import { useNameLength } from '../../components/useNameLength';
import { formatRate } from '../../format/numbers';
import { TrendLine } from '../../history/TrendLine';
import { useShownTrends } from '../../history/useShownTrends';
import { eventFlowsTranslationRef } from '../../translation';
import { knownLag, lagText } from '../../queue/lag';
import { QueueActions, type QueueAction } from '../../queue/QueueActions';
import { QueueLink } from '../../queue/QueueLink';
import { QueueStateCell } from '../../queue/QueueStateCell';
import { versionLabel, type KnownVersion } from '../../queue/versionLabel';

const useStyles = makeStyles(
  {
    stack: { display: 'flex', flexDirection: 'column' },
    noWrap: { whiteSpace: 'nowrap' },
  },
  { name: 'EventFlowsQueuesTable' },
);

/** The queues of an algorithm and what can be done with each. */
export function QueuesTable(props: {
  algorithm: string;
  queues: Queue[];
  versions?: KnownVersion[];
  onAct: (action: QueueAction, queue: Queue) => void;
}) {
  const { algorithm, queues, versions, onAct } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const nameLength = useNameLength(36);
  const { trendOf, onShow } = useShownTrends();

  const columns: Column<Queue>[] = [
    {
      id: 'topic',
      title: t('queues.topic'),
      sortBy: ({ topic }) => topic,
      render: ({ id, topic, connection }) => (
        <span className={classes.stack}>
          <span className={classes.noWrap}>
            <QueueLink queueId={id}>
              <Name maxLength={nameLength}>{topic}</Name>
            </QueueLink>
          </span>
          <Typography
            variant="caption"
            color="textSecondary"
            className={classes.noWrap}
          >
            <Name maxLength={nameLength}>{connection.name}</Name>
          </Typography>
        </span>
      ),
    },
    {
      id: 'state',
      title: t('queues.state'),
      render: queue => <QueueStateCell queue={queue} />,
    },
    {
      id: 'version',
      title: t('queues.version'),
      render: queue => (
        <span className={classes.noWrap}>
          {versionLabel(queue, versions ?? [], t)}
        </span>
      ),
    },
    {
      id: 'lag',
      title: (
        <Tooltip title={t('queues.lagHelp')}>
          <span>{t('queues.lag')}</span>
        </Tooltip>
      ),
      align: 'right',
      sortBy: knownLag,
      render: ({ id, state, status }) => (
        <span className={classes.stack}>
          <span>{lagText({ status }, t)}</span>
          {state === 'enabled' && status && status.deliveredPerSecond > 0 && (
            <Typography
              variant="caption"
              color="textSecondary"
              className={classes.noWrap}
            >
              {t('queues.perSecond', {
                rate: formatRate(status.deliveredPerSecond),
              })}
            </Typography>
          )}
          <TrendLine trend={trendOf(id)} />
        </span>
      ),
    },
    {
      id: 'lastDelivered',
      title: t('queues.lastDelivered'),
      wide: true,
      sortBy: ({ status }) => status?.lastDeliveredAt,
      render: ({ status }) =>
        status?.lastDeliveredAt ? (
          <span className={classes.noWrap}>
            <RelativeTime at={status.lastDeliveredAt} />
          </span>
        ) : (
          t('queues.never')
        ),
    },
    {
      id: 'actions',
      title: t('queues.actions'),
      align: 'right',
      render: queue => (
        <QueueActions
          stacked
          queue={queue}
          onAct={action => onAct(action, queue)}
        />
      ),
    },
  ];

  return (
    <DataTable
      label={t('queues.tableLabel', { algorithm })}
      columns={columns}
      rows={queues}
      rowKey={({ id }) => id}
      initialSort="topic"
      onShow={onShow}
    />
  );
}
