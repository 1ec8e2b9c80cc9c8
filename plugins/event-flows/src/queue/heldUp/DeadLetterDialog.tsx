import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { useState } from 'react';
import { useDecideHeldUpRecord } from '../../api/mutations';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { eventFlowsTranslationRef } from '../../translation';
import { DeadLetterTopicDialog } from './DeadLetterTopicDialog';
import type { DecisionProps } from './decision';
import { placeOf } from './records';

/** Asks before a record goes to a dead-letter topic, and which where the queue has none. */
export function DeadLetterDialog(props: DecisionProps) {
  const { queue, record, onClose, onDone } = props;
  const { partition, offset } = record;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  // The question stays the same, even if somebody edits the queue meanwhile.
  const [ownTopic] = useState(queue.settings?.deadLetterTopic);
  const place = placeOf(record, t);
  const { mutate, isPending, error } = useDecideHeldUpRecord(queue.id, () =>
    onDone(t('heldUp.deadLettered', { place })),
  );
  // Always names the topic, so that the record goes where the dialog says.
  const deadLetter = (deadLetterTopic: string) =>
    mutate({ action: 'dead-letter', partition, offset, deadLetterTopic });

  if (ownTopic === undefined) {
    return (
      <DeadLetterTopicDialog
        topic={queue.topic}
        title={t('heldUp.deadLetterTitle')}
        text={t('heldUp.deadLetterTopicText', { place, topic: queue.topic })}
        confirmLabel={t('heldUp.deadLetter')}
        busy={isPending}
        error={error}
        onCancel={onClose}
        onConfirm={deadLetter}
      />
    );
  }
  return (
    <ConfirmDialog
      title={t('heldUp.deadLetterTitle')}
      confirmLabel={t('heldUp.deadLetter')}
      busy={isPending}
      error={error}
      errorTitle={t('heldUp.deadLetterFailed')}
      onCancel={onClose}
      onConfirm={() => deadLetter(ownTopic)}
    >
      <Typography>
        {t('heldUp.deadLetterText', {
          place,
          topic: queue.topic,
          deadLetterTopic: ownTopic,
        })}
      </Typography>
    </ConfirmDialog>
  );
}
