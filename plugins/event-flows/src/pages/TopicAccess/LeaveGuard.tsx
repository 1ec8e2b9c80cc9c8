import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { eventFlowsTranslationRef } from '../../translation';
import { useLeaveGuard } from './useLeaveGuard';

/** Asks before changes are lost because one goes elsewhere. */
export function LeaveGuard(props: { active: boolean; summary: string }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { isAsking, leave, stay } = useLeaveGuard(props.active);
  return isAsking ? (
    <ConfirmDialog
      title={t('access.leaveTitle')}
      confirmLabel={t('access.leave')}
      cancelLabel={t('access.stay')}
      onConfirm={leave}
      onCancel={stay}
    >
      <Typography>
        {t('access.leaveText', { summary: props.summary })}
      </Typography>
    </ConfirmDialog>
  ) : null;
}
