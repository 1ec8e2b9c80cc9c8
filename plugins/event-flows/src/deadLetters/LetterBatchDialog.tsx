import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAlgorithmVersions } from '../api/catalog';
import { eventFlowsApiRef } from '../api/eventFlowsApiRef';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { ErrorNotice } from '../components/ErrorNotice';
import { Loading } from '../components/Loading';
import { formatCount } from '../format/numbers';
import { formatDuration } from '../format/time';
import { browserClock, CALL_EVERY_MS, CallPace } from '../api/CallPace';
import { versionLabel } from '../queue/versionLabel';
import { eventFlowsTranslationRef } from '../translation';
import {
  findOpenLetters,
  type BatchAction,
  type Finding,
  type OpenLetter,
} from './letterBatch';

/** Finds every open letter, says how many there are, and asks whether to redeliver or dismiss them. */
export function LetterBatchDialog(props: {
  action: BatchAction;
  queue: Queue;
  topic: string;
  /** Only those with this text in their reason; empty: all. */
  reason: string;
  onConfirm: (letters: OpenLetter[]) => void;
  onCancel: () => void;
}) {
  const { action, queue, topic, reason } = props;
  const { id: queueId, versionRef = 'latest', settings } = queue;
  const outputTopic = settings?.outputTopic;
  const { onConfirm, onCancel } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const api = useApi(eventFlowsApiRef);
  const [{ found, left }, setFinding] = useState<Finding>({
    found: 0,
    left: 0,
  });
  const { data: letters, error } = useQuery({
    queryKey: ['open-letters', queueId, reason],
    queryFn: ({ signal }) =>
      findOpenLetters(
        { queueId, reason },
        {
          ...{ api, signal, onFinding: setFinding },
          pace: new CallPace({
            ...{ everyMs: CALL_EVERY_MS, clock: browserClock },
            onHold: () => {},
          }),
        },
      ),
    refetchInterval: false,
    refetchOnWindowFocus: false,
    retry: false,
    gcTime: 0,
  });
  const { data: versions = [] } = useAlgorithmVersions(queue.algorithmRef);
  const count = letters?.length ?? 0;
  return (
    <ConfirmDialog
      title={
        count > 0
          ? t(`deadLetters.batch.${action}.title`, { count })
          : t(`deadLetters.batch.${action}.finding`)
      }
      confirmLabel={t(`deadLetters.${action}`)}
      onCancel={onCancel}
      onConfirm={letters && count > 0 ? () => onConfirm(letters) : undefined}
    >
      {error && <ErrorNotice error={error} title={t('deadLetters.failed')} />}
      {!letters && !error && (
        <>
          <Loading label={t('deadLetters.loading')} />
          <Typography>
            {t('deadLetters.finding', {
              ...{ found: formatCount(found), left: formatCount(left) },
            })}
          </Typography>
        </>
      )}
      {letters && count === 0 && (
        <Typography>
          {reason
            ? t('deadLetters.notFoundOpen', { topic })
            : t('deadLetters.empty', { topic })}
        </Typography>
      )}
      {count > 0 && (
        <>
          {reason && (
            <Typography paragraph>
              {t('deadLetters.batch.reason', { reason })}
            </Typography>
          )}
          <Typography>
            {t(`deadLetters.batch.${action}.text`, {
              ...{ version: versionLabel({ versionRef }, versions, t) },
              time: formatDuration(count * CALL_EVERY_MS),
            })}{' '}
            {action === 'redeliver' &&
              outputTopic !== undefined &&
              t('deadLetters.published', { topic: outputTopic })}
          </Typography>
        </>
      )}
    </ConfirmDialog>
  );
}
