import { useRouteRef, useRouteRefParams } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntityPresentation } from '@backstage/plugin-catalog-react';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useState, type ReactNode } from 'react';
import { useAlgorithmVersions } from '../../api/catalog';
import { isNotFound } from '../../api/describeError';
import { useQueue } from '../../api/queries';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Loading } from '../../components/Loading';
import { PageFrame } from '../../components/PageFrame';
import { DeadLettersPanel } from '../../deadLetters/DeadLettersPanel';
import { HistoryPanel } from '../../history/HistoryPanel';
import { QueueActions, type QueueAction } from '../../queue/QueueActions';
import { QueueDialogs } from '../../queue/QueueDialogs';
import {
  queueManagerRouteRef,
  queueRouteRef,
  queuesRouteRef,
} from '../../routes';
import { ReceiptsPanel } from '../../receipts/ReceiptsPanel';
import { RecordsButton } from '../../records/RecordsButton';
import { eventFlowsTranslationRef } from '../../translation';
import { BalancePanel } from './BalancePanel';
import { ChangesPanel } from './ChangesPanel';
import { OpenMoveNote } from './OpenMoveNote';
import { PartitionsPanel } from './PartitionsPanel';
import { QueueFacts } from './QueueFacts';

/** One queue: what it does, whether anything is missing, and what can be done. */
export function QueuePage() {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { queueId } = useRouteRefParams(queueRouteRef);
  const { data: queue, error, refetch } = useQueue(queueId);
  // One that is gone is not shown as it was last.
  if (queue && !isNotFound(error)) {
    return (
      <LoadedQueue key={queue.id} queue={queue}>
        {error && <ErrorNotice error={error} onRetry={() => refetch()} />}
      </LoadedQueue>
    );
  }
  return (
    <QueueFrame queueId={queueId} title={t('queue.title')}>
      {error ? (
        <ErrorNotice
          error={error}
          title={t('queue.loadFailed')}
          onRetry={() => refetch()}
        />
      ) : (
        <Loading label={t('queue.loading')} />
      )}
    </QueueFrame>
  );
}

function LoadedQueue(props: { queue: Queue; children: ReactNode }) {
  const { queue } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { primaryTitle: algorithm } = useEntityPresentation(queue.algorithmRef);
  const versions = useAlgorithmVersions(queue.algorithmRef);
  const [action, setAction] = useState<QueueAction>();
  return (
    <QueueFrame
      queueId={queue.id}
      title={`${queue.topic} → ${algorithm}`}
      actions={
        <>
          <RecordsButton queue={queue} variant="outlined">
            {t('queues.records')}
          </RecordsButton>
          <QueueActions queue={queue} onAct={setAction} />
        </>
      }
    >
      {props.children}
      <OpenMoveNote queue={queue} />
      <QueueFacts queue={queue} versions={versions.data} />
      <BalancePanel queue={queue} />
      {queue.versionRef && <HistoryPanel queue={queue} />}
      <PartitionsPanel queue={queue} />
      <DeadLettersPanel queue={queue} />
      <ChangesPanel queue={queue} versions={versions.data} />
      {queue.versionRef && <ReceiptsPanel queue={queue} />}
      {action && (
        <QueueDialogs
          {...{ action, queue, algorithm, versions }}
          onClose={() => setAction(undefined)}
        />
      )}
    </QueueFrame>
  );
}

function QueueFrame(props: {
  queueId: string;
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const rootHref = useRouteRef(queueManagerRouteRef)();
  const listHref = useRouteRef(queuesRouteRef)();
  const href = useRouteRef(queueRouteRef)({ queueId: props.queueId });
  return (
    <PageFrame
      title={props.title}
      parents={[
        { title: t('queueManager.title'), href: rootHref },
        { title: t('allQueues.title'), href: listHref },
      ]}
      href={href}
      actions={props.actions}
    >
      {props.children}
    </PageFrame>
  );
}
