import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { eventFlowsConnectionCreatePermission } from '@event-flows/backstage-plugin-event-flows-common';
import { useNavigate } from 'react-router-dom';
import { useRefusal } from '../../api/useRefusal';
import { EmptyNotice } from '../../components/EmptyNotice';
import { PageFrame } from '../../components/PageFrame';
import { Panel } from '../../components/Panel';
import { connectRouteRef, queueManagerRouteRef } from '../../routes';
import { eventFlowsTranslationRef } from '../../translation';
import { withNews } from '../QueueManager/news';
import { ConnectFormPanel } from './ConnectFormPanel';

/** Connects a cluster. */
export function ConnectPage() {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const listHref = useRouteRef(queueManagerRouteRef)();
  const href = useRouteRef(connectRouteRef)();
  const refusal = useRefusal(eventFlowsConnectionCreatePermission);
  const navigate = useNavigate();
  return (
    <PageFrame
      title={t('connect.title')}
      subtitle={t('connect.subtitle')}
      parents={[{ title: t('queueManager.title'), href: listHref }]}
      href={href}
      maxWidth={720}
    >
      {refusal ? (
        <Panel>
          <EmptyNotice text={refusal} />
        </Panel>
      ) : (
        <ConnectFormPanel
          onConnected={({ id, name }) =>
            navigate(listHref, withNews({ kind: 'created', id, name }))
          }
          onLeave={() => navigate(listHref)}
        />
      )}
    </PageFrame>
  );
}
