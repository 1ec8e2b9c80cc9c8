import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import type {
  DeadLetter,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { DataTable, type Column } from '../components/DataTable';
import { Name } from '../components/Name';
import { RelativeTime } from '../components/RelativeTime';
import { formatCount } from '../format/numbers';
import { placeOf } from '../queue/heldUp/records';
import { summaryOf } from '../records/contentView';
import { eventFlowsTranslationRef } from '../translation';
import { MarkChip } from './MarkChip';

/** Dead letters in their order, each leading to what is in it. */
export function DeadLettersTable(props: {
  queue: Queue;
  letters: DeadLetter[];
  onOpen: (letter: DeadLetter) => void;
}) {
  const { queue, letters, onOpen } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const columns: Column<DeadLetter>[] = [
    {
      id: 'place',
      title: t('records.place'),
      render: letter => (
        <Link component="button" variant="body2" onClick={() => onOpen(letter)}>
          {placeOf(letter.record, t)}
        </Link>
      ),
    },
    {
      id: 'reason',
      title: t('deadLetters.reason'),
      sortBy: ({ reason }) => reason,
      render: ({ reason }) => reason,
    },
    {
      id: 'attempts',
      title: t('deadLetters.attempts'),
      align: 'right',
      wide: true,
      render: ({ attempts }) => formatCount(attempts),
    },
    {
      id: 'failed',
      title: t('deadLetters.firstFailed'),
      wide: true,
      sortBy: ({ firstFailedAt }) => firstFailedAt,
      render: ({ firstFailedAt }) =>
        firstFailedAt ? <RelativeTime at={firstFailedAt} /> : t('queues.none'),
    },
    {
      id: 'key',
      title: t('records.key'),
      wide: true,
      render: ({ record }) => (
        <Name maxLength={24}>{summaryOf(record.key) ?? t('queues.none')}</Name>
      ),
    },
    {
      id: 'mark',
      title: t('queues.state'),
      render: ({ mark }) => <MarkChip state={mark?.state} />,
    },
  ];
  return (
    <DataTable
      label={t('deadLetters.tableLabel', { topic: queue.topic })}
      columns={columns}
      rows={letters}
      rowKey={({ partition, offset }) => `${partition}:${offset}`}
      onOpen={onOpen}
    />
  );
}
