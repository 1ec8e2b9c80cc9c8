import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useQueues } from '../../api/queries';
import { EmptyNotice } from '../../components/EmptyNotice';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Loading } from '../../components/Loading';
import { PageFrame } from '../../components/PageFrame';
import { Panel } from '../../components/Panel';
import { useNow } from '../../components/useNow';
import { queueManagerRouteRef, queuesRouteRef } from '../../routes';
import { eventFlowsTranslationRef } from '../../translation';
import { QueueManagerTabs } from '../QueueManager/QueueManagerTabs';
import { AllQueuesTable } from './AllQueuesTable';
import { BulkDisable } from './BulkDisable';
import { filterQueues, NO_FILTER } from './filterQueues';
import { QueueFilters } from './QueueFilters';
import { useOwnership } from './useOwnership';
import { useQueueFilter } from './useQueueFilter';
import { mayBeDisabled } from './mayBeDisabled';

/** What *My queues* shows. */
const MINE = { ...NO_FILTER, owner: 'mine' };

/** Every queue that a person may see, across connections and algorithms. */
export function QueuesPage() {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const rootHref = useRouteRef(queueManagerRouteRef)();
  const href = useRouteRef(queuesRouteRef)();
  const { data, error, refetch } = useQueues();
  return (
    <PageFrame
      title={t('allQueues.title')}
      subtitle={t('allQueues.subtitle')}
      parents={[{ title: t('queueManager.title'), href: rootHref }]}
      href={href}
    >
      <QueueManagerTabs selected="queues" />
      {error && (
        <ErrorNotice
          error={error}
          title={t('queues.loadFailed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('queues.loading')} />}
      {data?.items.length === 0 && (
        <Panel>
          <EmptyNotice
            title={t('queues.emptyTitle')}
            text={t('allQueues.emptyText')}
          />
        </Panel>
      )}
      {data && data.items.length > 0 && <Queues queues={data.items} />}
    </PageFrame>
  );
}

function OwnersUnknown({ error }: { error: Error | null }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return error ? (
    <ErrorNotice error={error} title={t('allQueues.ownersFailed')} />
  ) : (
    <Loading label={t('queues.loading')} />
  );
}

function Queues({ queues }: { queues: Queue[] }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const ownership = useOwnership(queues.map(queue => queue.algorithmRef));
  const [filter, setFilter] = useQueueFilter();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const now = useNow();
  const shown = filterQueues(queues, filter, ownership, now);
  const isOwnerAsked = filter.owner !== NO_FILTER.owner;
  const isNoneMine =
    filter.owner === 'mine' &&
    ownership.isKnown &&
    filterQueues(queues, MINE, ownership, now).length === 0;
  return (
    <Panel
      flush
      tools={
        <QueueFilters {...{ queues, ownership, filter }} onChange={setFilter} />
      }
    >
      <BulkDisable
        // What is not on the screen is not acted on.
        queues={shown.filter(q => chosen.has(q.id) && mayBeDisabled(q))}
        onDone={() => setChosen(new Set())}
      />
      {isOwnerAsked && !ownership.isKnown && (
        <OwnersUnknown error={ownership.error} />
      )}
      {shown.length > 0 && (
        <AllQueuesTable {...{ queues: shown, chosen }} onChoose={setChosen} />
      )}
      {shown.length === 0 && (ownership.isKnown || !isOwnerAsked) && (
        <EmptyNotice
          text={isNoneMine ? t('allQueues.noneOfMine') : t('allQueues.noMatch')}
        />
      )}
    </Panel>
  );
}
