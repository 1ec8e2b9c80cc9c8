import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type {
  PartitionStatus,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { DataTable, type Column } from '../../components/DataTable';
import { Panel } from '../../components/Panel';
import { queueStateLabel } from '../../components/queueView';
import { StateChip } from '../../components/StateChip';
import { formatCount, formatOffset } from '../../format/numbers';
import { eventFlowsTranslationRef } from '../../translation';

/** Each partition of a queue's topic: where it is, and how far behind. */
export function PartitionsPanel({ queue }: { queue: Queue }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const partitions = queue.status?.partitions ?? [];
  const columns: Column<PartitionStatus>[] = [
    {
      id: 'partition',
      title: t('queue.partition'),
      sortBy: ({ partition }) => partition,
      render: ({ partition }) => partition,
    },
    {
      id: 'state',
      title: t('queues.state'),
      render: ({ phase, reason }) => (
        <>
          <StateChip
            {...queueStateLabel(
              {
                state: queue.state,
                // What holds the whole queue back holds its partitions back.
                phase:
                  queue.status?.phase === 'paused' && phase === 'running'
                    ? 'paused'
                    : phase,
              },
              t,
            )}
          />
          {reason && (
            <Typography variant="caption" color="textSecondary" display="block">
              {reason}
            </Typography>
          )}
        </>
      ),
    },
    {
      id: 'position',
      title: t('queue.position'),
      align: 'right',
      render: ({ position }) =>
        position === undefined ? t('queues.none') : formatOffset(position),
    },
    {
      id: 'lag',
      title: t('queues.lag'),
      align: 'right',
      sortBy: ({ lag }) => lag,
      render: ({ lag }) =>
        lag === undefined ? t('queues.none') : formatCount(lag),
    },
  ];
  return (
    <Panel title={t('queue.partitions')} flush={partitions.length > 0}>
      {partitions.length === 0 ? (
        <Typography color="textSecondary">
          {t('queue.partitionsEmpty')}
        </Typography>
      ) : (
        <DataTable
          label={t('queue.partitionsLabel', { topic: queue.topic })}
          columns={columns}
          rows={partitions}
          rowKey={({ partition }) => String(partition)}
          initialSort="partition"
        />
      )}
    </Panel>
  );
}
