import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import ToggleButton from '@material-ui/lab/ToggleButton';
import ToggleButtonGroup from '@material-ui/lab/ToggleButtonGroup';
import type {
  HistoryPeriod,
  Queue,
  QueueHistory,
} from '@event-flows/backstage-plugin-event-flows-common';
import { lazy, Suspense, useState } from 'react';
import { useQueueHistory } from '../api/queries';
import { ErrorNotice } from '../components/ErrorNotice';
import { Loading } from '../components/Loading';
import { Panel } from '../components/Panel';
import { VisuallyHidden } from '../components/VisuallyHidden';
import { formatCount, formatRate } from '../format/numbers';
import { eventFlowsTranslationRef } from '../translation';
import { summarizeHistory } from './historySummary';

const PERIODS: HistoryPeriod[] = ['hour', 'day'];

/** Lists do not wait for a library that only this page needs. */
const HistoryCharts = lazy(() =>
  import('./HistoryCharts').then(m => ({ default: m.HistoryCharts })),
);

/** What a queue did lately, as charts and in words. */
export function HistoryPanel({ queue }: { queue: Queue }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [period, setPeriod] = useState<HistoryPeriod>('hour');
  const { data, error, refetch } = useQueueHistory(queue.id, period);
  return (
    <Panel
      title={t('history.title')}
      tools={
        <ToggleButtonGroup
          exclusive
          size="small"
          value={period}
          aria-label={t('history.period')}
          onChange={(_event, next: HistoryPeriod | null) =>
            next && setPeriod(next)
          }
        >
          {PERIODS.map(known => (
            <ToggleButton
              key={known}
              value={known}
              style={{ textTransform: 'none' }}
            >
              {t(`history.periods.${known}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      }
    >
      {error && (
        <ErrorNotice
          error={error}
          title={t('history.failed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('history.loading')} />}
      {data && <History history={data} />}
    </Panel>
  );
}

function History({ history }: { history: QueueHistory }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const summary = summarizeHistory(history);
  if (summary.known === 0) {
    return <Typography color="textSecondary">{t('history.empty')}</Typography>;
  }
  return (
    <>
      <VisuallyHidden>
        {t('history.summary', {
          lag: formatCount(summary.maxLag),
          rate: formatRate(summary.maxDeliveredPerSecond),
          deadLettered: formatCount(summary.deadLettered),
          failed: formatCount(summary.failed),
          latency: t('receipts.ms', {
            ms: formatCount(Math.round(summary.maxLatencyP99Ms)),
          }),
        })}
      </VisuallyHidden>
      <Suspense fallback={<Loading label={t('history.loading')} />}>
        <HistoryCharts history={history} />
      </Suspense>
    </>
  );
}
