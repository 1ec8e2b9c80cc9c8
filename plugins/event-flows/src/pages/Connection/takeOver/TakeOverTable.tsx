import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { DataTable, type Column } from '../../../components/DataTable';
import { StateChip } from '../../../components/StateChip';
import { eventFlowsTranslationRef } from '../../../translation';

/** Queues that are still at the old connection, and whether they can be moved. */
export function TakeOverTable(props: {
  label: string;
  queues: Queue[];
  /** Undefined: it is being found out. */
  problems: Record<string, string> | undefined;
  /** The one that is under way. */
  moving?: string;
}) {
  const { label, queues, problems, moving } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const columns: Column<Queue>[] = [
    {
      id: 'topic',
      title: t('queues.topic'),
      render: ({ topic }) => topic,
    },
    {
      id: 'algorithm',
      title: t('queue.algorithm'),
      render: ({ algorithmRef }) => (
        <EntityDisplayName entityRef={algorithmRef} hideIcon />
      ),
    },
    {
      id: 'outlook',
      title: t('replace.outlook'),
      render: ({ id }) => {
        if (id === moving) {
          return <StateChip tone="ok" label={t('replace.moving')} />;
        }
        if (!problems) {
          return <StateChip tone="off" label={t('replace.checking')} />;
        }
        return problems[id] === undefined ? (
          <StateChip tone="ok" label={t('replace.canMove')} />
        ) : (
          problems[id]
        );
      },
    },
  ];
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={queues}
      rowKey={({ id }) => id}
    />
  );
}
