import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import {
  type Connection,
  eventFlowsConnectionCreatePermission,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { ReactNode } from 'react';
import { useNavigate, useSearchParams } from 'react-router-dom';
import { useConnection } from '../../api/queries';
import { useRefusal } from '../../api/useRefusal';
import { EmptyNotice } from '../../components/EmptyNotice';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Loading } from '../../components/Loading';
import { PageFrame } from '../../components/PageFrame';
import { Panel } from '../../components/Panel';
import {
  connectionRouteRef,
  connectRouteRef,
  queueManagerRouteRef,
} from '../../routes';
import { eventFlowsTranslationRef } from '../../translation';
import { withNews } from '../QueueManager/news';
import { emptyConnectForm, formToReplace } from './connectForm';
import { ConnectFormPanel } from './ConnectFormPanel';

/** Connects a cluster, or connects one anew to replace a connection. */
export function ConnectPage() {
  const [search] = useSearchParams();
  const replaced = search.get('replaces');
  return replaced ? <Replacing id={replaced} /> : <Connecting />;
}

function Connecting() {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const listHref = useRouteRef(queueManagerRouteRef)();
  const navigate = useNavigate();
  return (
    <ConnectFrame title={t('connect.title')} subtitle={t('connect.subtitle')}>
      <ConnectFormPanel
        initial={emptyConnectForm}
        onConnected={({ id, name }) =>
          navigate(listHref, withNews({ kind: 'created', id, name }))
        }
        onLeave={() => navigate(listHref)}
      />
    </ConnectFrame>
  );
}

function Replacing({ id }: { id: string }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { data: connection, error, refetch } = useConnection(id);
  return (
    <ConnectFrame
      title={t('replace.title', { name: connection?.name ?? '' })}
      subtitle={t('replace.subtitle')}
    >
      {!connection && error && (
        <ErrorNotice error={error} onRetry={() => refetch()} />
      )}
      {!connection && !error && <Loading label={t('connection.loading')} />}
      {connection && <ReplaceForm connection={connection} />}
    </ConnectFrame>
  );
}

function ReplaceForm({ connection }: { connection: Connection }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const hrefOf = useRouteRef(connectionRouteRef);
  const navigate = useNavigate();
  return (
    <>
      <Typography paragraph>{t('replace.text')}</Typography>
      <ConnectFormPanel
        initial={formToReplace(connection)}
        onConnected={({ id }) =>
          navigate(`${hrefOf({ connectionId: id })}?takesOver=${connection.id}`)
        }
        onLeave={() => navigate(hrefOf({ connectionId: connection.id }))}
      />
    </>
  );
}

function ConnectFrame(props: {
  title: string;
  subtitle: string;
  children: ReactNode;
}) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const listHref = useRouteRef(queueManagerRouteRef)();
  const href = useRouteRef(connectRouteRef)();
  const refusal = useRefusal(eventFlowsConnectionCreatePermission);
  return (
    <PageFrame
      title={props.title}
      subtitle={props.subtitle}
      parents={[{ title: t('queueManager.title'), href: listHref }]}
      href={href}
      maxWidth={720}
    >
      {refusal ? (
        <Panel>
          <EmptyNotice text={refusal} />
        </Panel>
      ) : (
        props.children
      )}
    </PageFrame>
  );
}
