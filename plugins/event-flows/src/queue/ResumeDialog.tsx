import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useUpdateQueue } from '../api/mutations';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { ErrorNotice } from '../components/ErrorNotice';
import { eventFlowsTranslationRef } from '../translation';
import { originOf, type Versions } from './versionLabel';

/**
 * Tries a paused queue at once, instead of at its next probe: it is enabled
 * anew as it is, which tries again whatever was stopped. What has changed since
 * the dialog opened is not agreed to in passing.
 */
export function ResumeDialog(props: {
  queue: Queue;
  versions: Versions;
  onClose: () => void;
}) {
  const { queue, onClose } = props;
  const { data: versions, error, refetch } = props.versions;
  const [{ topic, versionRef, settings, revision, status }] = useState(queue);
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const update = useUpdateQueue(queue.id);
  // As they were when they were known first.
  const [seen, setSeen] = useState(versions);
  if (!seen && versions) {
    setSeen(versions);
  }
  const isStored = update.isPending || update.isSuccess;
  const isOver =
    !isStored &&
    (queue.revision !== revision ||
      queue.state !== 'enabled' ||
      queue.status?.waitsFor !== undefined);
  if (isOver) {
    return (
      <ConfirmDialog
        title={t('resume.overTitle', { topic })}
        cancelLabel={t('common.close')}
        onCancel={onClose}
      >
        <Typography>{t('resume.over')}</Typography>
      </ConfirmDialog>
    );
  }
  const resume =
    seen && versionRef
      ? () =>
          update.mutate(
            {
              ...{ state: 'enabled', versionRef, settings, revision },
              origin: originOf(versionRef, seen),
            },
            { onSuccess: onClose },
          )
      : undefined;
  return (
    <ConfirmDialog
      title={t('resume.title', { topic })}
      confirmLabel={t('resume.confirm')}
      busy={update.isPending}
      error={update.error}
      errorTitle={t('resume.failed')}
      onCancel={onClose}
      onConfirm={resume}
    >
      {!seen && error !== null && (
        <ErrorNotice
          error={error}
          title={t('enable.versionsFailed')}
          onRetry={refetch}
        />
      )}
      {status?.reason && <Typography paragraph>{status.reason}</Typography>}
      <Typography>{t('resume.text')}</Typography>
    </ConfirmDialog>
  );
}
