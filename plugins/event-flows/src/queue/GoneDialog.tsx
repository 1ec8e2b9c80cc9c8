import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { eventFlowsTranslationRef } from '../translation';

/** Says that the queue which somebody was about to change is not there any more. */
export function GoneDialog(props: {
  topic: string;
  algorithm: string;
  onClose: () => void;
}) {
  const { topic, algorithm, onClose } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return (
    <ConfirmDialog
      title={t('queues.goneTitle', { topic, algorithm })}
      cancelLabel={t('common.close')}
      onCancel={onClose}
    >
      <Typography>{t('queues.goneText', { topic, algorithm })}</Typography>
    </ConfirmDialog>
  );
}
