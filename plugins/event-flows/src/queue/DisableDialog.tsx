import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useUpdateQueue } from '../api/mutations';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { eventFlowsTranslationRef } from '../translation';

/** Asks before a queue stops delivering. */
export function DisableDialog(props: {
  queue: Queue;
  algorithm: string;
  onClose: () => void;
}) {
  const { queue, algorithm, onClose } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const update = useUpdateQueue(queue.id);
  return (
    <ConfirmDialog
      title={t('disable.title', { topic: queue.topic, algorithm })}
      confirmLabel={t('disable.confirm')}
      busy={update.isPending}
      error={update.error}
      errorTitle={t('disable.failed')}
      onCancel={onClose}
      onConfirm={() =>
        update.mutate(
          { state: 'disabled', revision: queue.revision },
          { onSuccess: onClose },
        )
      }
    >
      <Typography>{t('disable.text')}</Typography>
    </ConfirmDialog>
  );
}
