import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import type { TopicRecord } from '@event-flows/backstage-plugin-event-flows-common';
import { DataTable, type Column } from '../components/DataTable';
import { Name } from '../components/Name';
import { RelativeTime } from '../components/RelativeTime';
import { formatBytes } from '../format/numbers';
import { placeOf } from '../queue/heldUp/records';
import { eventFlowsTranslationRef } from '../translation';
import { summaryOf } from './contentView';

/** Records, the youngest first, each leading to what is in it. */
export function RecordsTable(props: {
  topic: string;
  records: TopicRecord[];
  onOpen: (record: TopicRecord) => void;
}) {
  const { topic, records, onOpen } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const columns: Column<TopicRecord>[] = [
    {
      id: 'place',
      title: t('records.place'),
      render: record => (
        <Link component="button" variant="body2" onClick={() => onOpen(record)}>
          {placeOf(record, t)}
        </Link>
      ),
    },
    {
      id: 'time',
      title: t('records.time'),
      render: ({ timestamp }) =>
        timestamp ? <RelativeTime at={timestamp} /> : t('queues.none'),
    },
    {
      id: 'key',
      title: t('records.key'),
      render: ({ key }) => (
        <Name maxLength={24}>{summaryOf(key) ?? t('queues.none')}</Name>
      ),
    },
    {
      id: 'value',
      title: t('records.value'),
      wide: true,
      render: ({ value }) => (
        <Name maxLength={48}>{summaryOf(value) ?? t('queues.none')}</Name>
      ),
    },
    {
      id: 'size',
      title: t('records.size'),
      align: 'right',
      render: ({ value }) => formatBytes(value?.size ?? 0),
    },
  ];
  return (
    <DataTable
      label={t('records.title', { topic })}
      columns={columns}
      rows={[...records].reverse()}
      rowKey={({ partition, offset }) => `${partition}:${offset}`}
      onOpen={onOpen}
    />
  );
}
