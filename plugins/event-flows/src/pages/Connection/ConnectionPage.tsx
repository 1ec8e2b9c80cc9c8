import { useRouteRef, useRouteRefParams } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  eventFlowsConnectionCreatePermission,
  eventFlowsConnectionDeletePermission,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useEffect, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router-dom';
import { useWasDeletedHere } from '../../api/deletions';
import { sentenceOf } from '../../api/describeError';
import { useConnection, useQueues } from '../../api/queries';
import { useRefusal } from '../../api/useRefusal';
import { ConnectionStateLabel } from '../../components/ConnectionStateLabel';
import { EmptyNotice } from '../../components/EmptyNotice';
import { ErrorNotice } from '../../components/ErrorNotice';
import { GuardedButton } from '../../components/GuardedButton';
import { Loading } from '../../components/Loading';
import { PageFrame } from '../../components/PageFrame';
import {
  connectionRouteRef,
  connectRouteRef,
  queueManagerRouteRef,
} from '../../routes';
import { eventFlowsTranslationRef } from '../../translation';
import { withNews } from '../QueueManager/news';
import { ConnectionFacts } from './ConnectionFacts';
import { DeleteConnectionDialog } from './DeleteConnectionDialog';
import { TakeOverPanel } from './takeOver/TakeOverPanel';
import { TopicSheet } from './TopicSheet';
import { TopicsPanel } from './TopicsPanel';

/** One connection: what it is, its topics, and the way to end it. */
export function ConnectionPage() {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { connectionId } = useRouteRefParams(connectionRouteRef);
  const listHref = useRouteRef(queueManagerRouteRef)();
  const href = useRouteRef(connectionRouteRef)({ connectionId });
  const connectHref = useRouteRef(connectRouteRef)();
  const navigate = useNavigate();
  const replaceRefusal = useRefusal(eventFlowsConnectionCreatePermission);
  const [search, setSearch] = useSearchParams();
  const refusal = useRefusal(eventFlowsConnectionDeletePermission);
  const { data: connection, error, refetch } = useConnection(connectionId);
  // Whoever comes back to it later is told so.
  const wasDeleted = useWasDeletedHere(connectionId);
  const [deleting, setDeleting] = useState(false);
  const topic = search.get('topic');
  const takesOver = search.get('takesOver');
  const halfWayFrom = useHalfWayFrom(connectionId);
  useEffect(() => {
    // Whoever lost the address finds what is half-way all the same.
    if (!takesOver && halfWayFrom !== undefined) {
      setSearch(
        before => new URLSearchParams([...before, ['takesOver', halfWayFrom]]),
        { replace: true },
      );
    }
  }, [takesOver, halfWayFrom, setSearch]);
  const showTopic = (name: string | undefined) =>
    setSearch({
      ...(takesOver && { takesOver }),
      ...(name !== undefined && { topic: name }),
    });

  return (
    <PageFrame
      title={connection?.name ?? connectionId}
      parents={[{ title: t('queueManager.title'), href: listHref }]}
      href={href}
      status={connection && <ConnectionStateLabel state={connection.state} />}
      actions={
        connection && (
          <>
            <GuardedButton
              refusal={replaceRefusal}
              variant="outlined"
              onClick={() =>
                navigate(`${connectHref}?replaces=${connection.id}`)
              }
            >
              {t('connection.replace')}
            </GuardedButton>
            <GuardedButton
              refusal={refusal}
              variant="outlined"
              onClick={() => setDeleting(true)}
            >
              {t('connection.delete')}
            </GuardedButton>
          </>
        )
      }
    >
      {error && (
        <ErrorNotice
          error={error}
          title={connection && t('connection.loadFailed')}
          onRetry={() => refetch()}
        />
      )}
      {!connection && !error && wasDeleted && (
        <EmptyNotice
          title={t('failure.notFound')}
          text={t('failure.notFoundAdvice')}
        />
      )}
      {!connection && !error && !wasDeleted && (
        <Loading label={t('connection.loading')} />
      )}
      {connection && (
        <>
          {takesOver && (
            <TakeOverPanel
              connection={connection}
              from={takesOver}
              onDone={() => setSearch({}, { replace: true })}
            />
          )}
          <ConnectionFacts connection={connection} />
          <TopicsPanel
            connection={connection}
            onOpenTopic={name => showTopic(name)}
          />
        </>
      )}
      {connection && topic && (
        <TopicSheet
          connectionId={connectionId}
          topic={topic}
          onClose={() => showTopic(undefined)}
        />
      )}
      {connection && deleting && (
        <DeleteConnectionDialog
          connection={connection}
          onCancel={() => setDeleting(false)}
          onDeleted={stopping =>
            navigate(
              listHref,
              withNews({
                kind: 'deleted',
                id: connection.id,
                name: connection.name,
                ...(stopping !== undefined && {
                  stopping: sentenceOf(stopping),
                }),
              }),
            )
          }
        />
      )}
    </PageFrame>
  );
}

/** From where a queue came to a connection that has not been seen to run there. */
function useHalfWayFrom(connectionId: string): string | undefined {
  const { data } = useQueues();
  return data?.items.find(
    ({ connection, openMove }) => connection.id === connectionId && openMove,
  )?.openMove?.from.id;
}
