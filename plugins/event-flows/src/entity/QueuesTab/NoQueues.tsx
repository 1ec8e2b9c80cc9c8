import { LinkButton } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { eventFlowsAccessUpdatePermission } from '@event-flows/backstage-plugin-event-flows-common';
import { useRefusal } from '../../api/useRefusal';
import { EmptyNotice } from '../../components/EmptyNotice';
import { useMountedRoute } from '../../components/useMountedRoute';
import { queueManagerRouteRef } from '../../routes';
import { eventFlowsTranslationRef } from '../../translation';

/** Says who gives an algorithm its queues, with the way there for those who may. */
export function NoQueues() {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const mayGiveAccess =
    useRefusal(eventFlowsAccessUpdatePermission) === undefined;
  return (
    <EmptyNotice
      title={t('queues.emptyTitle')}
      text={t('queues.emptyText')}
      action={mayGiveAccess && <QueueManagerLink />}
    />
  );
}

function QueueManagerLink() {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const href = useMountedRoute(queueManagerRouteRef)?.();
  return href === undefined ? null : (
    <LinkButton to={href} variant="outlined" color="primary">
      {t('queues.emptyLink')}
    </LinkButton>
  );
}
