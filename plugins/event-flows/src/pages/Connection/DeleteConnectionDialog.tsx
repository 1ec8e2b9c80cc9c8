import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type { Connection } from '@event-flows/backstage-plugin-event-flows-common';
import { useDeleteConnection } from '../../api/mutations';
import { useQueues } from '../../api/queries';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { QueueNames } from '../../components/QueueNames';
import { eventFlowsTranslationRef } from '../../translation';

/** Asks before a connection is deleted, and names the queues that it stops. */
export function DeleteConnectionDialog(props: {
  connection: Connection;
  /** Called with what the backend said, where its queues are still stopping. */
  onDeleted: (stopping: unknown) => void;
  onCancel: () => void;
}) {
  const { connection } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const remove = useDeleteConnection(connection.id);
  const { data } = useQueues({ enabled: !remove.isPending });
  const stopping =
    data?.items.filter(
      queue =>
        queue.connection.id === connection.id && queue.state === 'enabled',
    ) ?? [];
  // Queues that the caller may not see are counted all the same.
  const count = Math.max(stopping.length, connection.queuesEnabled);

  return (
    <ConfirmDialog
      title={t('connection.deleteTitle', { name: connection.name })}
      confirmLabel={t('connection.deleteConfirm')}
      busy={remove.isPending}
      error={remove.error}
      errorTitle={t('connection.deleteFailed')}
      onCancel={props.onCancel}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: ({ stopping: unfinished }) => props.onDeleted(unfinished),
        })
      }
    >
      {count === 0 && (
        <Typography paragraph>{t('connection.deleteNone')}</Typography>
      )}
      {count > 0 && (
        <>
          <Typography>
            {stopping.length > 0
              ? t('connection.deleteQueues', { count })
              : t('connection.queuesUnknown', { count })}
          </Typography>
          <QueueNames queues={stopping} />
        </>
      )}
      <Typography>{t('connection.deleteAccess')}</Typography>
    </ConfirmDialog>
  );
}
