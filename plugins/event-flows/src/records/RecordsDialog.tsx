import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import Typography from '@material-ui/core/Typography';
import type {
  Queue,
  TopicRecord,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useId, useState } from 'react';
import { usePeek } from '../api/queries';
import { EmptyNotice } from '../components/EmptyNotice';
import { ErrorNotice } from '../components/ErrorNotice';
import { focusOnMount } from '../components/focusOnMount';
import { Loading } from '../components/Loading';
import { eventFlowsTranslationRef } from '../translation';
import { BackTest } from './BackTest';
import { RecordDetail } from './RecordDetail';
import { RecordsTable } from './RecordsTable';
import { TryVersion } from './TryVersion';

/** Records that are shown at once. */
const LIMIT = 50;

/** The latest records of a queue's topic, and one of them in full. */
export function RecordsDialog(props: { queue: Queue; onClose: () => void }) {
  const { queue, onClose } = props;
  const { topic } = queue;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const { data, error, refetch, isFetching } = usePeek(queue.id, {
    limit: LIMIT,
  });
  const [opened, setOpened] = useState<TopicRecord | 'back-test'>();
  const [isTesting, setTesting] = useState(false);
  const records = data?.items ?? [];

  return (
    <Dialog
      open
      fullWidth
      maxWidth="md"
      // A click beside it, or Escape, would throw a back-test away.
      onClose={isTesting ? undefined : onClose}
      aria-labelledby={`${id}-title`}
    >
      <DialogTitle id={`${id}-title`}>
        {t('records.title', { topic })}
      </DialogTitle>
      <DialogContent>
        {!opened && (
          <Typography color="textSecondary" paragraph>
            {t('records.text')}
          </Typography>
        )}
        {error && (
          <ErrorNotice
            error={error}
            title={t('records.failed')}
            onRetry={() => refetch()}
          />
        )}
        {!data && !error && <Loading label={t('records.loading')} />}
        {opened === 'back-test' && (
          <BackTest queue={queue} onRunning={setTesting} />
        )}
        {opened && opened !== 'back-test' && (
          <RecordDetail record={opened}>
            <TryVersion queue={queue} record={opened} />
          </RecordDetail>
        )}
        {!opened && data && records.length === 0 && (
          <EmptyNotice text={t('records.empty')} />
        )}
        {!opened && records.length > 0 && (
          <RecordsTable topic={topic} records={records} onOpen={setOpened} />
        )}
      </DialogContent>
      <DialogActions>
        {opened ? (
          <Button onClick={() => setOpened(undefined)}>
            {t('records.back')}
          </Button>
        ) : (
          <>
            <Button
              onClick={() => setOpened('back-test')}
              disabled={records.length === 0}
            >
              {t('backTest.open')}
            </Button>
            <Button onClick={() => refetch()} disabled={isFetching}>
              {t('records.refresh')}
            </Button>
          </>
        )}
        <Button ref={focusOnMount} disableFocusRipple onClick={onClose}>
          {t('common.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
