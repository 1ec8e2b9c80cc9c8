import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { useDecideHeldUpRecord } from '../../api/mutations';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { eventFlowsTranslationRef } from '../../translation';
import type { DecisionProps } from './decision';
import { placeOf } from './records';

/** Asks before a record is given up for good. */
export function SkipDialog(props: DecisionProps) {
  const { queue, record, onClose, onDone } = props;
  const { partition, offset } = record;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const place = placeOf(record, t);
  const skip = useDecideHeldUpRecord(queue.id, () =>
    onDone(t('heldUp.skipped', { place })),
  );
  return (
    <ConfirmDialog
      title={t('heldUp.skipTitle')}
      confirmLabel={t('heldUp.skip')}
      busy={skip.isPending}
      error={skip.error}
      errorTitle={t('heldUp.skipFailed')}
      onCancel={onClose}
      onConfirm={() => skip.mutate({ action: 'skip', partition, offset })}
    >
      <Typography>
        {t('heldUp.skipText', { place, topic: queue.topic })}
      </Typography>
    </ConfirmDialog>
  );
}
