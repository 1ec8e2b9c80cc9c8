import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import type { Translate } from '../translation';

/**
 * What to do about the state that an enabled queue is in. Nothing where its
 * reason says so itself: two advices are one too many, and the one that was
 * made for the case is right.
 */
export function queueAdvice(
  { status, settings }: Pick<Queue, 'status' | 'settings'>,
  t: Translate,
): string | undefined {
  switch (status?.phase) {
    case 'blocked':
      if (!isAboutRecord(status)) {
        return undefined;
      }
      // With a topic to put it into, a record waits only if that cannot be written.
      return settings?.deadLetterTopic === undefined
        ? t('phase.blockedAdvice')
        : t('phase.notWrittenAdvice', { topic: settings.deadLetterTopic });
    case 'starting':
      return status.stalledSince !== undefined && isBare(status)
        ? t('phase.notStartedAdvice')
        : undefined;
    case 'retrying':
      if (status.stalledSince !== undefined) {
        return t('phase.stalledAdvice');
      }
      return isBare(status) ? t('phase.retryingAdvice') : undefined;
    case 'paused':
      return isBare(status) ? t('phase.pausedAdvice') : undefined;
    case 'failed':
      return isBare(status) ? t('phase.failedAdvice') : undefined;
    case 'stopped':
      return isBare(status) ? t('phase.stoppedAdvice') : undefined;
    default:
      return undefined;
  }
}

type QueueStatus = NonNullable<Queue['status']>;

/** Whether it is a record that stops the queue, and not the queue's position. */
function isAboutRecord({ reason, heldUp = [] }: QueueStatus): boolean {
  return (
    reason === undefined ||
    heldUp.some(
      record => record.phase === 'blocked' && reason.endsWith(record.reason),
    )
  );
}

/**
 * Whether the reason says what happened and no more, as `401 from
 * algorithms.example.com` does: what to do stands in a clause of its own.
 */
function isBare({ reason }: QueueStatus): boolean {
  return reason === undefined || !/[;:.]\s/.test(reason);
}
