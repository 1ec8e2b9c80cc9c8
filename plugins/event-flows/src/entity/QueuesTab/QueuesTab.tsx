import { stringifyEntityRef } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  useEntity,
  useEntityPresentation,
} from '@backstage/plugin-catalog-react';
import { useState } from 'react';
import { useAlgorithmVersions } from '../../api/catalog';
import { useAlgorithmQueues } from '../../api/queries';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Loading } from '../../components/Loading';
import { Panel } from '../../components/Panel';
import { eventFlowsTranslationRef } from '../../translation';
import { ApproveDialog } from '../../queue/ApproveDialog';
import { DisableDialog } from '../../queue/DisableDialog';
import { EnableDialog } from '../../queue/EnableDialog';
import { NoQueues } from './NoQueues';
import type { QueueAction } from '../../queue/QueueActions';
import { QueuesTable } from './QueuesTable';

/** What is being asked about a queue. */
interface OpenDialog {
  kind: QueueAction;
  queueId: string;
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

  const queue = data?.items.find(({ id }) => id === dialog?.queueId);
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
              onAct={(kind, queueId) => setDialog({ kind, queueId })}
            />
          )}
        </Panel>
      )}
      {queue?.versionRef &&
        queue.status?.waitsFor?.kind === 'approval' &&
        dialog?.kind === 'approve' && (
          <ApproveDialog
            queue={queue}
            versionRef={queue.versionRef}
            waitsFor={queue.status.waitsFor}
            onClose={close}
          />
        )}
      {queue && dialog?.kind === 'disable' && (
        <DisableDialog queue={queue} algorithm={algorithm} onClose={close} />
      )}
      {queue && (dialog?.kind === 'enable' || dialog?.kind === 'edit') && (
        <EnableDialog
          queue={queue}
          algorithm={algorithm}
          versions={versions}
          onClose={close}
        />
      )}
    </>
  );
}
