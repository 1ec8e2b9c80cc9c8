import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type {
  HeldUpRecord,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { eventFlowsTranslationRef } from '../../translation';
import { DeadLetterTopicDialog } from './DeadLetterTopicDialog';

/** Asks before records are given up, or go to a dead-letter topic. */
export function BatchDialog(props: {
  queue: Queue;
  action: 'skip' | 'dead-letter';
  records: readonly HeldUpRecord[];
  onCancel: () => void;
  /** Called with the topic that takes them, where they go to one. */
  onConfirm: (deadLetterTopic?: string) => void;
}) {
  const { queue, action, records, onCancel, onConfirm } = props;
  const { topic } = queue;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  // The question stays the same, even if somebody edits the queue meanwhile.
  const [ownTopic] = useState(queue.settings?.deadLetterTopic);
  const count = records.length;

  if (action === 'skip') {
    return (
      <ConfirmDialog
        title={t('heldUp.skipAllTitle', { count })}
        confirmLabel={t('heldUp.skipAll', { count })}
        onCancel={onCancel}
        onConfirm={() => onConfirm()}
      >
        <Typography>{t('heldUp.skipAllText', { topic })}</Typography>
      </ConfirmDialog>
    );
  }
  if (ownTopic === undefined) {
    return (
      <DeadLetterTopicDialog
        topic={topic}
        title={t('heldUp.deadLetterAllTitle', { count })}
        text={t('heldUp.deadLetterTopicAllText', { topic })}
        confirmLabel={t('heldUp.deadLetterAll', { count })}
        busy={false}
        error={null}
        onCancel={onCancel}
        onConfirm={onConfirm}
      />
    );
  }
  return (
    <ConfirmDialog
      title={t('heldUp.deadLetterAllTitle', { count })}
      confirmLabel={t('heldUp.deadLetterAll', { count })}
      onCancel={onCancel}
      onConfirm={() => onConfirm(ownTopic)}
    >
      <Typography>
        {t('heldUp.deadLetterAllText', { topic, deadLetterTopic: ownTopic })}
      </Typography>
    </ConfirmDialog>
  );
}
