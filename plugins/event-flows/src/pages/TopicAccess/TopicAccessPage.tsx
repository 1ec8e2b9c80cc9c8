import { useRouteRef, useRouteRefParams } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { eventFlowsAccessUpdatePermission } from '@event-flows/backstage-plugin-event-flows-common';
import { useSearchParams } from 'react-router-dom';
import { useConnection, useTopic } from '../../api/queries';
import { useRefusal } from '../../api/useRefusal';
import { EmptyNotice } from '../../components/EmptyNotice';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Loading } from '../../components/Loading';
import { PageFrame } from '../../components/PageFrame';
import { Panel } from '../../components/Panel';
import {
  connectionRouteRef,
  queueManagerRouteRef,
  topicAccessRouteRef,
} from '../../routes';
import { eventFlowsTranslationRef } from '../../translation';
import { AccessEditor } from './AccessEditor';

/** Decides which algorithms may use a topic. */
export function TopicAccessPage() {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const params = useRouteRefParams(topicAccessRouteRef);
  const { connectionId, topic } = params;
  const listHref = useRouteRef(queueManagerRouteRef)();
  const connectionHref = useRouteRef(connectionRouteRef)({ connectionId });
  const href = useRouteRef(topicAccessRouteRef)(params);
  const refusal = useRefusal(eventFlowsAccessUpdatePermission);
  const { data: connection } = useConnection(connectionId);
  const { data, error, refetch } = useTopic(connectionId, topic);
  const connectionName = connection?.name ?? connectionId;
  const [search] = useSearchParams();
  const back = new URLSearchParams({ ...Object.fromEntries(search), topic });

  return (
    <PageFrame
      title={t('access.title', { topic })}
      subtitle={t('access.subtitle', { connection: connectionName })}
      parents={[
        { title: t('queueManager.title'), href: listHref },
        { title: connectionName, href: connectionHref },
      ]}
      href={href}
      maxWidth={880}
    >
      {refusal && (
        <Panel>
          <EmptyNotice text={refusal} />
        </Panel>
      )}
      {!refusal && error && (
        <ErrorNotice
          error={error}
          title={t('access.loadFailed')}
          onRetry={() => refetch()}
        />
      )}
      {!refusal && !data && !error && <Loading label={t('access.loading')} />}
      {!refusal && data && (
        <AccessEditor
          connectionId={connectionId}
          topic={data}
          backHref={`${connectionHref}?${back}`}
        />
      )}
    </PageFrame>
  );
}
