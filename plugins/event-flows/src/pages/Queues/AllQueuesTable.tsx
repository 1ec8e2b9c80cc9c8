import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import Checkbox from '@material-ui/core/Checkbox';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useNavigate } from 'react-router-dom';
import { DataTable, type Column } from '../../components/DataTable';
import { Name } from '../../components/Name';
import { queueView } from '../../components/queueView';
import { RelativeTime } from '../../components/RelativeTime';
import { StateChip } from '../../components/StateChip';
import { useNow } from '../../components/useNow';
import { formatRate } from '../../format/numbers';
import { TrendLine } from '../../history/TrendLine';
import { useShownTrends } from '../../history/useShownTrends';
import { groupOf } from '../../queue/attention';
import { knownLag, lagText } from '../../queue/lag';
import { PauseClockNote } from '../../queue/PauseClockNote';
import { QueueLink } from '../../queue/QueueLink';
import { StalledNote } from '../../queue/StalledNote';
import { queueRouteRef } from '../../routes';
import { eventFlowsTranslationRef } from '../../translation';
import { mayBeDisabled } from './mayBeDisabled';

const useStyles = makeStyles(
  { reason: { maxWidth: 420, overflowWrap: 'anywhere' } },
  { name: 'EventFlowsAllQueuesTable' },
);

const ORDER = { attention: 0, working: 1, disabled: 2 };

/** The queues, those that need somebody first, each row leading to its page. */
export function AllQueuesTable(props: {
  queues: Queue[];
  /** Ids of those that are to be acted on together. */
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}) {
  const { queues, chosen, onChoose } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const hrefOf = useRouteRef(queueRouteRef);
  const navigate = useNavigate();
  const now = useNow();
  const { trendOf, onShow } = useShownTrends();
  const choosable = queues.filter(mayBeDisabled).map(({ id }) => id);
  const isAllChosen =
    choosable.length > 0 && choosable.every(id => chosen.has(id));

  const columns: Column<Queue>[] = [
    {
      id: 'choose',
      control: true,
      title: (
        <Checkbox
          size="small"
          color="primary"
          checked={isAllChosen}
          disabled={choosable.length === 0}
          inputProps={{ 'aria-label': t('allQueues.chooseAll') }}
          onChange={() => onChoose(new Set(isAllChosen ? [] : choosable))}
        />
      ),
      render: queue =>
        mayBeDisabled(queue) && (
          <Checkbox
            size="small"
            color="primary"
            checked={chosen.has(queue.id)}
            inputProps={{
              'aria-label': t('allQueues.choose', { topic: queue.topic }),
            }}
            onChange={() => onChoose(toggled(chosen, queue.id))}
          />
        ),
    },
    {
      id: 'topic',
      title: t('queues.topic'),
      sortBy: ({ topic }) => topic,
      render: ({ id, topic, connection }) => (
        <>
          <QueueLink queueId={id}>
            <Name maxLength={36}>{topic}</Name>
          </QueueLink>
          <Typography variant="caption" color="textSecondary" display="block">
            <Name maxLength={36}>{connection.name}</Name>
          </Typography>
        </>
      ),
    },
    {
      id: 'algorithm',
      title: t('queue.algorithm'),
      sortBy: ({ algorithmRef }) => algorithmRef,
      render: ({ algorithmRef }) => (
        <EntityRefLink entityRef={algorithmRef} hideIcon />
      ),
    },
    {
      id: 'state',
      title: t('queues.state'),
      sortBy: queue => ORDER[groupOf(queue, now)],
      render: queue => <State queue={queue} />,
    },
    {
      id: 'lag',
      title: t('queues.lag'),
      align: 'right',
      sortBy: knownLag,
      render: queue => lagText(queue, t),
    },
    {
      id: 'rate',
      title: t('queue.rate'),
      align: 'right',
      wide: true,
      sortBy: ({ status }) => status?.deliveredPerSecond,
      render: ({ id, state, status }) => (
        <>
          {state === 'enabled' && status
            ? t('queues.perSecond', {
                rate: formatRate(status.deliveredPerSecond),
              })
            : t('queues.none')}
          <TrendLine trend={trendOf(id)} />
        </>
      ),
    },
    {
      id: 'lastDelivered',
      title: t('queues.lastDelivered'),
      wide: true,
      sortBy: ({ status }) => status?.lastDeliveredAt,
      render: ({ status }) =>
        status?.lastDeliveredAt ? (
          <RelativeTime at={status.lastDeliveredAt} />
        ) : (
          t('queues.never')
        ),
    },
  ];

  return (
    <DataTable
      label={t('allQueues.tableLabel')}
      columns={columns}
      rows={queues}
      rowKey={({ id }) => id}
      initialSort="state"
      onShow={onShow}
      onOpen={({ id }) => navigate(hrefOf({ queueId: id }))}
    />
  );
}

/** What the queue does, and why, where somebody has to act. */
function State({ queue }: { queue: Queue }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { label, tone, reason } = queueView(queue, t);
  const stalledSince = queue.status?.stalledSince;
  const needsSomebody = groupOf(queue, useNow()) === 'attention';
  return (
    <>
      <StateChip tone={tone} label={label} />
      {stalledSince && <StalledNote since={stalledSince} />}
      {needsSomebody && reason && (
        <Typography
          variant="caption"
          color="textSecondary"
          display="block"
          className={classes.reason}
        >
          {reason}
        </Typography>
      )}
      {needsSomebody && queue.pauseClock && (
        <PauseClockNote clock={queue.pauseClock} />
      )}
    </>
  );
}

function toggled(set: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(id)) {
    next.add(id);
  }
  return next;
}
