import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ErrorNotice } from '../../../components/ErrorNotice';
import { eventFlowsTranslationRef, type Translate } from '../../../translation';
import { HalfWayError, isStarting, MovedBackError } from './moveBack';

/** Why queues were not taken over, and where the last one is now. */
export function TakeOverError(props: {
  error: unknown;
  /** Of the connection where they were. */
  name: string;
  /** What was tried. */
  title: string;
}) {
  const { error, name, title } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  if (error instanceof MovedBackError) {
    const reason = error.reason ?? t('replace.tooLong');
    const { topic } = error.queue;
    return (
      <ErrorNotice
        error={error}
        title={t('replace.movedBack', { topic, name, reason })}
      >
        {whatOfIt(error, t)}
      </ErrorNotice>
    );
  }
  return error instanceof HalfWayError ? (
    <ErrorNotice error={error.cause} title={title}>
      {t('replace.seenNowhere', { topic: error.queue.topic })}
    </ErrorNotice>
  ) : (
    <ErrorNotice error={error} title={title} />
  );
}

/** Nothing was verified where it went back to, but for what it says itself. */
function whatOfIt({ queue }: MovedBackError, t: Translate): string {
  const { phase, reason } = queue.status ?? {};
  if (phase === 'failed') {
    return t('replace.backFailed', { reason: reason ?? '' });
  }
  return isStarting(queue) || queue.state === 'disabled'
    ? t('replace.backUnknown')
    : t('replace.backRuns');
}
