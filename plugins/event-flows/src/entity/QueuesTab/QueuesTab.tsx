import { stringifyEntityRef } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  useEntity,
  useEntityPresentation,
} from '@backstage/plugin-catalog-react';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useAlgorithmVersions } from '../../api/catalog';
import { useAlgorithmQueues } from '../../api/queries';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Loading } from '../../components/Loading';
import { Panel } from '../../components/Panel';
import { eventFlowsTranslationRef } from '../../translation';
import { NoQueues } from './NoQueues';
import { GoneDialog } from '../../queue/GoneDialog';
import type { QueueAction } from '../../queue/QueueActions';
import { QueueDialogs } from '../../queue/QueueDialogs';
import { QueuesTable } from './QueuesTable';

/** What is being asked about a queue. */
interface OpenDialog {
  kind: QueueAction;
  /** As it was then. */
  queue: Queue;
}

/** The queues of the algorithm that the page is about. */
export function QueuesTab() {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { entity } = useEntity();
  const algorithmRef = stringifyEntityRef(entity);
  const { primaryTitle: algorithm } = useEntityPresentation(entity);
  const { data, error, refetch } = useAlgorithmQueues(algorithmRef);
  const versions = useAlgorithmVersions(algorithmRef);
  const [dialog, setDialog] = useState<OpenDialog>();

  const queue = data?.items.find(({ id }) => id === dialog?.queue.id);
  const close = () => setDialog(undefined);

  return (
    <>
      {error && (
        <ErrorNotice
          error={error}
          title={t('queues.loadFailed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('queues.loading')} />}
      {data && (
        <Panel title={t('queues.title')} flush>
          {data.items.length === 0 ? (
            <NoQueues />
          ) : (
            <QueuesTable
              algorithm={algorithm}
              queues={data.items}
              versions={versions.data}
              onAct={(kind, acted) => setDialog({ kind, queue: acted })}
            />
          )}
        </Panel>
      )}
      {queue && dialog && (
        <QueueDialogs
          {...{ queue, algorithm, versions }}
          action={dialog.kind}
          onClose={close}
        />
      )}
      {data && dialog && !queue && (
        <GoneDialog
          {...{ algorithm }}
          topic={dialog.queue.topic}
          onClose={close}
        />
      )}
    </>
  );
}
