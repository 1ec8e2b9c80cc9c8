import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { useSearchParams } from 'react-router-dom';
import type { TopicSummary } from '@event-flows/backstage-plugin-event-flows-common';
import { DataTable, type Column } from '../../components/DataTable';
import { Name } from '../../components/Name';
import { useNameLength } from '../../components/useNameLength';
import { formatApproximate, formatCount } from '../../format/numbers';
import { eventFlowsTranslationRef } from '../../translation';
import { AlgorithmChips } from './AlgorithmChips';

const useStyles = makeStyles(
  // Hyphens are part of a name, not places to break it.
  { name: { whiteSpace: 'nowrap' } },
  { name: 'EventFlowsTopicsTable' },
);

/** Topics, each row opening its sheet. */
export function TopicsTable(props: {
  connectionName: string;
  topics: TopicSummary[];
  onOpen: (topic: string) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const nameLength = useNameLength(48);
  // What else the address says goes on, such as queues that are being moved.
  const [search] = useSearchParams();

  const columns: Column<TopicSummary>[] = [
    {
      id: 'name',
      title: t('connection.topic'),
      sortBy: ({ name }) => name,
      render: ({ name, internal }) => (
        <>
          <Link
            to={`?${new URLSearchParams({ ...Object.fromEntries(search), topic: name })}`}
            className={classes.name}
          >
            <Name maxLength={nameLength}>{name}</Name>
          </Link>
          {internal && (
            <Typography
              variant="caption"
              color="textSecondary"
              component="span"
            >
              {' '}
              {t('connection.internal')}
            </Typography>
          )}
        </>
      ),
    },
    {
      id: 'partitions',
      title: t('connection.partitions'),
      align: 'right',
      sortBy: ({ partitions }) => partitions,
      render: ({ partitions }) => formatCount(partitions),
    },
    {
      id: 'records',
      title: t('connection.records'),
      align: 'right',
      sortBy: ({ approximateRecords }) => approximateRecords,
      render: ({ approximateRecords }) =>
        approximateRecords === undefined
          ? t('connection.notKnown')
          : t('connection.aboutRecords', {
              count: approximateRecords,
              number: formatApproximate(approximateRecords),
            }),
    },
    {
      id: 'algorithms',
      title: t('connection.algorithms'),
      sortBy: ({ algorithms }) => algorithms,
      render: ({ algorithmRefs }) => <AlgorithmChips refs={algorithmRefs} />,
    },
    {
      id: 'queuesEnabled',
      title: t('connection.queuesEnabled'),
      align: 'right',
      sortBy: ({ queuesEnabled }) => queuesEnabled,
      render: ({ queuesEnabled }) => formatCount(queuesEnabled),
    },
  ];

  return (
    <DataTable
      label={t('connection.tableLabel', { name: props.connectionName })}
      columns={columns}
      rows={props.topics}
      rowKey={({ name }) => name}
      initialSort="name"
      onOpen={({ name }) => props.onOpen(name)}
    />
  );
}
