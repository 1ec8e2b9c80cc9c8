import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type {
  Queue,
  RecordPlace,
} from '@event-flows/backstage-plugin-event-flows-common';
import { usePeek } from '../api/queries';
import { ErrorNotice } from '../components/ErrorNotice';
import { Loading } from '../components/Loading';
import { isSameRecord } from '../queue/heldUp/records';
import { eventFlowsTranslationRef } from '../translation';
import { RecordDetail } from './RecordDetail';
import { TryVersion } from './TryVersion';

/** What is in the record at a place of a queue's topic, and trying versions on it. */
export function RecordAt(props: { queue: Queue; place: RecordPlace }) {
  const { queue, place } = props;
  const { topic } = queue;
  const { partition, offset } = place;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { data, error, refetch } = usePeek(queue.id, {
    from: { partition, offset },
    limit: 1,
  });
  // Where the topic has it no more, the next one is what comes.
  const found = data?.items.find(item => isSameRecord(item, place));
  return (
    <>
      {error && (
        <ErrorNotice
          error={error}
          title={t('heldUp.lookFailed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('records.loading')} />}
      {data && !found && (
        <Typography variant="body2">
          {t('heldUp.recordGone', { topic })}
        </Typography>
      )}
      {found && (
        <RecordDetail record={found}>
          <TryVersion queue={queue} record={found} />
        </RecordDetail>
      )}
    </>
  );
}
