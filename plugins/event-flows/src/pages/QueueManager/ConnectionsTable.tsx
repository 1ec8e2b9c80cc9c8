import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import { makeStyles } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import type { Connection } from '@event-flows/backstage-plugin-event-flows-common';
import { useNavigate } from 'react-router-dom';
import { ConnectionStateLabel } from '../../components/ConnectionStateLabel';
import { DataTable, type Column } from '../../components/DataTable';
import { Name } from '../../components/Name';
import { RelativeTime } from '../../components/RelativeTime';
import { formatCount } from '../../format/numbers';
import { connectionRouteRef } from '../../routes';
import { eventFlowsTranslationRef } from '../../translation';

const useStyles = makeStyles(
  { noWrap: { whiteSpace: 'nowrap' } },
  { name: 'EventFlowsConnectionsTable' },
);

/** The connections, each row leading to its page. */
export function ConnectionsTable(props: {
  connections: Connection[];
  markedId?: string;
}) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const hrefOf = useRouteRef(connectionRouteRef);
  const navigate = useNavigate();

  const columns: Column<Connection>[] = [
    {
      id: 'name',
      title: t('queueManager.name'),
      sortBy: ({ name }) => name,
      render: ({ id, name }) => (
        <Link to={hrefOf({ connectionId: id })}>
          <Name maxLength={36}>{name}</Name>
        </Link>
      ),
    },
    {
      id: 'type',
      title: t('queueManager.type'),
      wide: true,
      render: () => t('connect.kafka'),
    },
    {
      id: 'brokers',
      title: t('queueManager.brokers'),
      wide: true,
      render: ({ brokers }) => <Brokers brokers={brokers} />,
    },
    {
      id: 'state',
      title: t('queueManager.state'),
      sortBy: ({ state }) => state.status,
      render: ({ state }) => <ConnectionStateLabel state={state} />,
    },
    {
      id: 'topicsInUse',
      title: t('queueManager.topicsInUse'),
      align: 'right',
      sortBy: ({ topicsInUse }) => topicsInUse,
      render: ({ topicsInUse }) => formatCount(topicsInUse),
    },
    {
      id: 'queuesEnabled',
      title: t('queueManager.queuesEnabled'),
      align: 'right',
      sortBy: ({ queuesEnabled }) => queuesEnabled,
      render: ({ queuesEnabled }) => formatCount(queuesEnabled),
    },
    {
      id: 'connected',
      title: t('queueManager.connected'),
      wide: true,
      sortBy: ({ createdAt }) => createdAt,
      render: ({ createdAt, createdBy }) => (
        <>
          <RelativeTime at={createdAt} /> {t('queueManager.connectedBy')}{' '}
          <EntityDisplayName entityRef={createdBy} hideIcon disableTooltip />
        </>
      ),
    },
  ];

  return (
    <DataTable
      label={t('queueManager.tableLabel')}
      columns={columns}
      rows={props.connections}
      rowKey={({ id }) => id}
      initialSort="name"
      onOpen={({ id }) => navigate(hrefOf({ connectionId: id }))}
      isMarked={({ id }) => id === props.markedId}
    />
  );
}

/** The first broker, and how many more there are; all of them on hover. */
function Brokers({ brokers }: { brokers: string[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [first, ...others] = brokers;
  return (
    <Tooltip title={others.length > 0 ? brokers.join(', ') : ''}>
      <span className={classes.noWrap}>
        <Name maxLength={28}>{first}</Name>
        {others.length > 0 && ` ${t('common.more', { count: others.length })}`}
      </span>
    </Tooltip>
  );
}
