import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { eventFlowsConnectionCreatePermission } from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useConnections } from '../../api/queries';
import { useRefusal } from '../../api/useRefusal';
import { EmptyNotice } from '../../components/EmptyNotice';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Loading } from '../../components/Loading';
import { PageFrame } from '../../components/PageFrame';
import { Panel } from '../../components/Panel';
import { SearchField } from '../../components/SearchField';
import { queueManagerRouteRef } from '../../routes';
import { eventFlowsTranslationRef } from '../../translation';
import { ConnectButton } from './ConnectButton';
import { ConnectionsTable } from './ConnectionsTable';
import { matchesConnection } from './matchesConnection';
import { NewsNotice } from './NewsNotice';
import { useNews } from './news';
import { QueueManagerTabs } from './QueueManagerTabs';

/** With fewer connections than this, looking is quicker than searching. */
const SEARCH_FROM = 10;

/** The registered clusters. */
export function ConnectionsPage() {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const href = useRouteRef(queueManagerRouteRef)();
  const refusal = useRefusal(eventFlowsConnectionCreatePermission);
  const { data, error, refetch } = useConnections();
  const [query, setQuery] = useState('');
  const [news, dismissNews] = useNews();

  const connections = data?.items ?? [];
  const shown = connections.filter(connection =>
    matchesConnection(connection, query),
  );
  const searchable = connections.length >= SEARCH_FROM || query !== '';

  return (
    <PageFrame
      title={t('queueManager.title')}
      subtitle={t('queueManager.subtitle')}
      href={href}
      actions={<ConnectButton refusal={refusal} />}
    >
      <QueueManagerTabs selected="connections" />
      {news && <NewsNotice news={news} onDismiss={dismissNews} />}
      {error && (
        <ErrorNotice
          error={error}
          title={t('queueManager.loadFailed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('queueManager.loading')} />}
      {data && (
        <Panel
          flush
          tools={
            searchable && (
              <SearchField
                label={t('queueManager.search')}
                value={query}
                onChange={setQuery}
              />
            )
          }
        >
          {connections.length === 0 && (
            <EmptyNotice
              title={t('queueManager.emptyTitle')}
              text={t('queueManager.emptyText')}
              action={<ConnectButton refusal={refusal} />}
            />
          )}
          {connections.length > 0 && shown.length === 0 && (
            <EmptyNotice text={t('queueManager.noMatch', { query })} />
          )}
          {shown.length > 0 && (
            <ConnectionsTable
              connections={shown}
              markedId={news?.kind === 'created' ? news.id : undefined}
            />
          )}
        </Panel>
      )}
    </PageFrame>
  );
}
