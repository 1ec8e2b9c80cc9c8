import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useUpdateQueue } from '../api/mutations';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { eventFlowsTranslationRef } from '../translation';

/**
 * Asks before a queue sends to where the catalog has moved its endpoint. The
 * question stays as it was when the dialog opened; what has changed since is
 * not agreed to.
 */
export function ApproveDialog(props: { queue: Queue; onClose: () => void }) {
  const { queue, onClose } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const update = useUpdateQueue(queue.id);
  const [{ topic, versionRef, revision, status }] = useState(queue);
  const waitsFor =
    status?.waitsFor?.kind === 'approval' ? status.waitsFor : undefined;
  const isStored = update.isPending || update.isSuccess;
  const isOver =
    !isStored &&
    (queue.revision !== revision || queue.status?.waitsFor === undefined);
  if (!waitsFor || !versionRef || isOver) {
    return (
      <ConfirmDialog
        title={t('approve.overTitle', { topic })}
        cancelLabel={t('common.close')}
        onCancel={onClose}
      >
        <Typography>{t('approve.over')}</Typography>
      </ConfirmDialog>
    );
  }
  const { origin, approvedOrigin } = waitsFor;
  return (
    <ConfirmDialog
      title={t('approve.title', { topic, origin })}
      confirmLabel={t('approve.confirm')}
      busy={update.isPending}
      error={update.error}
      errorTitle={t('approve.failed')}
      onCancel={onClose}
      onConfirm={() =>
        update.mutate(
          { state: 'enabled', versionRef, origin, revision },
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
