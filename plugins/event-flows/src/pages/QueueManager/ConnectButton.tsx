import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import AddIcon from '@material-ui/icons/Add';
import { useNavigate } from 'react-router-dom';
import { GuardedButton } from '../../components/GuardedButton';
import { connectRouteRef } from '../../routes';
import { eventFlowsTranslationRef } from '../../translation';

/** Opens the form that connects a cluster. */
export function ConnectButton({ refusal }: { refusal?: string }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const href = useRouteRef(connectRouteRef)();
  const navigate = useNavigate();
  return (
    <GuardedButton
      refusal={refusal}
      variant="contained"
      color="primary"
      startIcon={<AddIcon />}
      onClick={() => navigate(href)}
    >
      {t('queueManager.connect')}
    </GuardedButton>
  );
}
