import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { DataTable, type Column } from '../../../components/DataTable';
import { GuardedButton } from '../../../components/GuardedButton';
import { StateChip } from '../../../components/StateChip';
import { eventFlowsTranslationRef } from '../../../translation';
import type { Outlook } from './useMoveChecks';

const useStyles = makeStyles(
  theme => ({
    halfWay: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(2),
    },
  }),
  { name: 'EventFlowsTakeOverTable' },
);

/** Queues that have not arrived at the new connection, and what becomes of them. */
export function TakeOverTable(props: {
  label: string;
  queues: Queue[];
  /** Those that are missing were not asked about yet. */
  outlooks: ReadonlyMap<string, Outlook>;
  /** The one that is under way. */
  moving?: string;
  /** Why none can be moved back now. */
  refusal?: string;
  onMoveBack: (queue: Queue) => void;
}) {
  const { label, queues, outlooks, moving, refusal, onMoveBack } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const outlookOf = (queue: Queue) => {
    if (queue.id === moving) {
      return <StateChip tone="ok" label={t('replace.moving')} />;
    }
    if (queue.openMove) {
      const reason = queue.status?.reason ?? t('replace.halfWayUnknown');
      return (
        <div className={classes.halfWay}>
          <Typography variant="body2">
            {t('replace.halfWay', { reason })}
          </Typography>
          <GuardedButton
            refusal={refusal}
            size="small"
            variant="outlined"
            aria-label={t('replace.moveBackOf', { topic: queue.topic })}
            onClick={() => onMoveBack(queue)}
          >
            {t('replace.moveBack')}
          </GuardedButton>
        </div>
      );
    }
    const outlook = outlooks.get(queue.id);
    if (!outlook) {
      return <StateChip tone="off" label={t('replace.checking')} />;
    }
    return outlook.kind === 'movable' ? (
      <StateChip tone="ok" label={t('replace.canMove')} />
    ) : (
      outlook.reason
    );
  };
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
    { id: 'outlook', title: t('replace.outlook'), render: outlookOf },
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
