import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useDisableQueue } from '../api/mutations';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { eventFlowsTranslationRef } from '../translation';

/** Asks before a queue stops delivering, and says so where that takes longer. */
export function DisableDialog(props: {
  queue: Queue;
  algorithm: string;
  onClose: () => void;
}) {
  const { queue, algorithm, onClose } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const disable = useDisableQueue();
  const { stopping } = disable.data ?? {};
  return (
    <ConfirmDialog
      title={t('disable.title', { topic: queue.topic, algorithm })}
      confirmLabel={t('disable.confirm')}
      cancelLabel={stopping === undefined ? undefined : t('common.close')}
      busy={disable.isPending}
      error={disable.error ?? stopping}
      errorTitle={
        stopping === undefined ? t('disable.failed') : t('disable.stopping')
      }
      onCancel={onClose}
      onConfirm={
        stopping === undefined
          ? () =>
              disable.mutate(queue, {
                onSuccess: done => done.stopping === undefined && onClose(),
              })
          : undefined
      }
    >
      <Typography>{t('disable.text')}</Typography>
    </ConfirmDialog>
  );
}
