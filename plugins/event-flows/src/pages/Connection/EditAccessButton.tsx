import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { eventFlowsAccessUpdatePermission } from '@event-flows/backstage-plugin-event-flows-common';
import { useLocation, useNavigate } from 'react-router-dom';
import { useRefusal } from '../../api/useRefusal';
import { GuardedButton } from '../../components/GuardedButton';
import { topicAccessRouteRef } from '../../routes';
import { eventFlowsTranslationRef } from '../../translation';

/** Opens the page where the access to a topic is changed. */
export function EditAccessButton(props: {
  connectionId: string;
  topic: string;
}) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const hrefOf = useRouteRef(topicAccessRouteRef);
  const navigate = useNavigate();
  // Whoever comes back finds the page as it was, also with queues to be moved.
  const { search } = useLocation();
  const refusal = useRefusal(eventFlowsAccessUpdatePermission);
  return (
    <GuardedButton
      refusal={refusal}
      variant="outlined"
      color="primary"
      size="small"
      onClick={() => navigate(`${hrefOf(props)}${search}`)}
    >
      {t('topic.edit')}
    </GuardedButton>
  );
}
