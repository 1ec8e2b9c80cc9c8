import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useUpdateQueue } from '../api/mutations';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { ErrorNotice } from '../components/ErrorNotice';
import { eventFlowsTranslationRef } from '../translation';
import type { Versions } from './EnableDialog';
import { originOf } from './versionLabel';

/**
 * Tries a paused queue at once, instead of at its next probe: it is enabled
 * anew as it is, which tries again whatever was stopped.
 */
export function ResumeDialog(props: {
  queue: Queue;
  versions: Versions;
  onClose: () => void;
}) {
  const { queue, onClose } = props;
  const { data: versions, error, refetch } = props.versions;
  const { topic, versionRef, settings, revision } = queue;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const update = useUpdateQueue(queue.id);
  // It may go on by itself while this is read.
  const [reason] = useState(queue.status?.reason);
  const resume =
    versions && versionRef
      ? () =>
          update.mutate(
            {
              ...{ state: 'enabled', versionRef, settings, revision },
              // Where the catalog leads by now is not agreed to in passing.
              origin: originOf(versionRef, versions),
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
      {!versions && error !== null && (
        <ErrorNotice
          error={error}
          title={t('enable.versionsFailed')}
          onRetry={refetch}
        />
      )}
      {reason && <Typography paragraph>{reason}</Typography>}
      <Typography>{t('resume.text')}</Typography>
    </ConfirmDialog>
  );
}
