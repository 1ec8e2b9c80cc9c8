import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { usePurgeDeadLetters } from '../api/mutations';
import { usePurgePreview } from '../api/queries';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { ErrorNotice } from '../components/ErrorNotice';
import { Loading } from '../components/Loading';
import { eventFlowsTranslationRef } from '../translation';

/** Says what purging would delete, and does it when that is confirmed. */
export function PurgeDialog(props: {
  queueId: string;
  topic: string;
  onClose: () => void;
}) {
  const { queueId, topic, onClose } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const preview = usePurgePreview(queueId);
  const purge = usePurgeDeadLetters(queueId);
  const count = preview.data?.records ?? 0;
  return (
    <ConfirmDialog
      title={t('deadLetters.purgeTitle')}
      confirmLabel={t('deadLetters.purgeConfirm', { count })}
      busy={purge.isPending}
      error={purge.error}
      errorTitle={t('deadLetters.purgeFailed')}
      onCancel={onClose}
      onConfirm={
        count > 0
          ? () => purge.mutate(undefined, { onSuccess: onClose })
          : undefined
      }
    >
      {preview.error && (
        <ErrorNotice
          error={preview.error}
          title={t('deadLetters.purgeFailed')}
        />
      )}
      {preview.isPending && <Loading label={t('deadLetters.purgeCounting')} />}
      {preview.data && (
        <>
          <Typography paragraph>
            {count > 0
              ? t('deadLetters.purgeCount', { count, topic })
              : t('deadLetters.purgeNothing')}
          </Typography>
          <Typography>{t('deadLetters.purgeText')}</Typography>
        </>
      )}
    </ConfirmDialog>
  );
}
