import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import type {
  Queue,
  RecordReceipts,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useReceipts } from '../api/queries';
import { ErrorNotice } from '../components/ErrorNotice';
import { Loading } from '../components/Loading';
import { Panel } from '../components/Panel';
import { useDebounced } from '../components/useDebounced';
import { formatCount } from '../format/numbers';
import { eventFlowsTranslationRef } from '../translation';
import { ReceiptDialog } from './ReceiptDialog';
import { ReceiptFilters } from './ReceiptFilters';
import { ReceiptsTable } from './ReceiptsTable';
import { ALL_RECEIPTS, toFilter } from './receiptSearch';

/** Milliseconds that typing rests before it is looked for. */
const REST_MS = 300;

/** What became of the latest records of a queue, attempt by attempt. */
export function ReceiptsPanel({ queue }: { queue: Queue }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [search, setSearch] = useState(ALL_RECEIPTS);
  const [opened, setOpened] = useState<RecordReceipts>();
  const { data, error, refetch, isFetching } = useReceipts(
    queue.id,
    toFilter(useDebounced(search, REST_MS)),
    { awaited: queue.state === 'enabled' },
  );
  if (data?.off) {
    return (
      <Panel title={t('receipts.title')}>
        <Typography color="textSecondary">{t('receipts.off')}</Typography>
      </Panel>
    );
  }
  const records = data?.items ?? [];
  return (
    <Panel
      title={t('receipts.title')}
      flush={records.length > 0}
      tools={
        <>
          <ReceiptFilters
            mayReadRecords={queue.mayReadRecords === true}
            search={search}
            onChange={setSearch}
          />
          <Button size="small" onClick={() => refetch()} disabled={isFetching}>
            {t('records.refresh')}
          </Button>
        </>
      }
    >
      {error && (
        <ErrorNotice
          error={error}
          title={t('receipts.failed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('receipts.loading')} />}
      {data && records.length === 0 && (
        <Typography color="textSecondary">
          {Object.keys(toFilter(search)).length > 0
            ? t('receipts.notFound', {
                ...{ kept: formatCount(data.keptPerQueue) },
                hours: formatCount(data.maxAgeHours),
              })
            : t('receipts.empty')}
        </Typography>
      )}
      {records.length > 0 && (
        <ReceiptsTable queue={queue} records={records} onOpen={setOpened} />
      )}
      {opened && (
        <ReceiptDialog record={opened} onClose={() => setOpened(undefined)} />
      )}
    </Panel>
  );
}
