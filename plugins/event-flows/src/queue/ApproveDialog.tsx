import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type {
  Queue,
  QueueWaitsFor,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useUpdateQueue } from '../api/mutations';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { eventFlowsTranslationRef } from '../translation';

/** What a queue waits for somebody to agree to. */
export type Approvable = Extract<QueueWaitsFor, { kind: 'approval' }>;

/** Asks before a queue sends to where the catalog has moved its endpoint. */
export function ApproveDialog(props: {
  queue: Queue;
  /** The version that the queue is enabled with: this stays. */
  versionRef: string;
  waitsFor: Approvable;
  onClose: () => void;
}) {
  const { queue, versionRef, waitsFor, onClose } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const update = useUpdateQueue(queue.id);
  const { origin, approvedOrigin } = waitsFor;
  return (
    <ConfirmDialog
      title={t('approve.title', { topic: queue.topic, origin })}
      confirmLabel={t('approve.confirm')}
      busy={update.isPending}
      error={update.error}
      errorTitle={t('approve.failed')}
      onCancel={onClose}
      onConfirm={() =>
        update.mutate(
          { state: 'enabled', versionRef, origin, revision: queue.revision },
          { onSuccess: onClose },
        )
      }
    >
      <Typography paragraph>
        {origin === approvedOrigin
          ? t('approve.recreated', { version: waitsFor.versionRef })
          : t('approve.moved', {
              ...{ origin, approvedOrigin, version: waitsFor.versionRef },
            })}
      </Typography>
      <Typography>{t('approve.text')}</Typography>
    </ConfirmDialog>
  );
}
