import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import Typography from '@material-ui/core/Typography';
import type {
  Queue,
  RecentChange,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useQueueChanges } from '../../api/queries';
import { DataTable, type Column } from '../../components/DataTable';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Loading } from '../../components/Loading';
import { Panel } from '../../components/Panel';
import { RelativeTime } from '../../components/RelativeTime';
import type { KnownVersion } from '../../queue/versionLabel';
import { eventFlowsTranslationRef } from '../../translation';
import { changeText } from './changeText';

/** Changes on one page: what else the queue's page shows is looked at more often. */
const PAGE_SIZE = 10;

/** Who changed a queue lately, when, and what. */
export function ChangesPanel(props: {
  queue: Queue;
  versions?: KnownVersion[];
}) {
  const { queue, versions = [] } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { data, error, refetch } = useQueueChanges(queue.id);
  const columns: Column<RecentChange>[] = [
    {
      id: 'what',
      title: t('queue.changedWhat'),
      render: ({ change }) => changeText(change, versions, t),
    },
    {
      id: 'who',
      title: t('queue.changedWho'),
      render: ({ by }) => <EntityRefLink entityRef={by} hideIcon />,
    },
    {
      id: 'when',
      title: t('queue.changedWhen'),
      render: ({ at }) => <RelativeTime at={at} />,
    },
  ];
  const isFilled = data !== undefined && data.items.length > 0;
  return (
    <Panel title={t('queue.changes')} flush={isFilled && !error}>
      {error && (
        <ErrorNotice
          error={error}
          title={t('queue.changesFailed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('queue.changesLoading')} />}
      {data?.items.length === 0 && (
        <Typography color="textSecondary">{t('queue.changesEmpty')}</Typography>
      )}
      {isFilled && (
        <DataTable
          label={t('queue.changesLabel', { topic: queue.topic })}
          columns={columns}
          rows={data.items}
          rowKey={({ id }) => id}
          pageSize={PAGE_SIZE}
        />
      )}
    </Panel>
  );
}
