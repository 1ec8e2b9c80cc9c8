import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import Link from '@material-ui/core/Link';
import type {
  Queue,
  RecordReceipts,
} from '@event-flows/backstage-plugin-event-flows-common';
import { DataTable, type Column } from '../components/DataTable';
import { Name } from '../components/Name';
import { RelativeTime } from '../components/RelativeTime';
import { formatCount } from '../format/numbers';
import { placeOf } from '../queue/heldUp/records';
import { summaryOf } from '../records/contentView';
import { eventFlowsTranslationRef } from '../translation';
import { lastAttemptOf } from './lastAttempt';
import { ReceiptChip } from './ReceiptChip';

/** Records with what became of them, each leading to its attempts. */
export function ReceiptsTable(props: {
  queue: Queue;
  records: RecordReceipts[];
  onOpen: (record: RecordReceipts) => void;
}) {
  const { queue, records, onOpen } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const columns: Column<RecordReceipts>[] = [
    {
      id: 'place',
      title: t('records.place'),
      render: record => (
        <Link component="button" variant="body2" onClick={() => onOpen(record)}>
          {placeOf(record, t)}
        </Link>
      ),
    },
    ...(queue.mayReadRecords
      ? [
          {
            id: 'key',
            title: t('records.key'),
            wide: true,
            render: ({ key }: RecordReceipts) => (
              <Name maxLength={24}>
                {summaryOf(key ?? null) ?? t('queues.none')}
              </Name>
            ),
          },
        ]
      : []),
    {
      id: 'outcome',
      title: t('receipts.outcome'),
      render: record => (
        <ReceiptChip outcome={lastAttemptOf(record).last.outcome} />
      ),
    },
    {
      id: 'attempts',
      title: t('deadLetters.attempts'),
      align: 'right',
      wide: true,
      render: record => formatCount(lastAttemptOf(record).last.attempt),
    },
    {
      id: 'status',
      title: t('receipts.status'),
      align: 'right',
      render: record =>
        lastAttemptOf(record).request?.status ?? t('queues.none'),
    },
    {
      id: 'latency',
      title: t('receipts.latency'),
      align: 'right',
      sortBy: record => lastAttemptOf(record).request?.latencyMs,
      render: record => {
        const ms = lastAttemptOf(record).request?.latencyMs;
        return ms === undefined
          ? t('queues.none')
          : t('receipts.ms', { ms: formatCount(ms) });
      },
    },
    {
      id: 'version',
      title: t('queues.version'),
      wide: true,
      render: record => {
        const { last, request } = lastAttemptOf(record);
        const ref = request?.versionRef ?? last.versionRef;
        return ref ? (
          <EntityDisplayName entityRef={ref} hideIcon />
        ) : (
          t('queues.none')
        );
      },
    },
    {
      id: 'at',
      title: t('records.time'),
      sortBy: record => lastAttemptOf(record).last.at,
      render: record => <RelativeTime at={lastAttemptOf(record).last.at} />,
    },
  ];
  return (
    <DataTable
      label={t('receipts.tableLabel', { topic: queue.topic })}
      columns={columns}
      rows={records}
      rowKey={({ partition, offset }) => `${partition}:${offset}`}
      onOpen={onOpen}
    />
  );
}
