import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { eventFlowsConnectionReadPermission } from '@event-flows/backstage-plugin-event-flows-common';
import type { PropsWithChildren } from 'react';
import { useAllowed } from '../api/queries';
import { EmptyNotice } from '../components/EmptyNotice';
import { ErrorNotice } from '../components/ErrorNotice';
import { Loading } from '../components/Loading';
import { PageFrame } from '../components/PageFrame';
import { Panel } from '../components/Panel';
import { queueManagerRouteRef } from '../routes';
import { eventFlowsTranslationRef } from '../translation';

/** Shows the pages to those who may see connections, and says why to others. */
export function RequireAdministrator({ children }: PropsWithChildren<{}>) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const href = useRouteRef(queueManagerRouteRef)();
  const { data, error, refetch } = useAllowed();
  if (data?.items.includes(eventFlowsConnectionReadPermission.name)) {
    return <>{children}</>;
  }
  return (
    <PageFrame
      title={t('queueManager.title')}
      subtitle={t('queueManager.subtitle')}
      href={href}
    >
      {data && (
        <Panel>
          <EmptyNotice
            title={t('queueManager.noRightTitle')}
            text={t('queueManager.noRightText')}
          />
        </Panel>
      )}
      {!data && error && (
        <ErrorNotice
          error={error}
          title={t('queueManager.loadFailed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('queueManager.loading')} />}
    </PageFrame>
  );
}
