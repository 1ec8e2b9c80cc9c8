import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  DecideHeldUpRecord,
  HeldUpRecord,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { isConflict } from '../../api/describeError';
import { eventFlowsApiRef } from '../../api/eventFlowsApiRef';
import { queryKeys } from '../../api/queries';
import { ErrorNotice } from '../../components/ErrorNotice';
import { GuardedButton } from '../../components/GuardedButton';
import { SequenceProgress } from '../../components/SequenceProgress';
import { useSequence, type Sequence } from '../../components/useSequence';
import { eventFlowsTranslationRef, type Translate } from '../../translation';
import { BatchDialog } from './BatchDialog';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1),
      marginBottom: theme.spacing(2),
    },
  }),
  { name: 'EventFlowsHeldUpBatch' },
);

type Action = DecideHeldUpRecord['action'];

/** What came of one: somebody else decided, or it was delivered meanwhile, and it is gone. */
type Decided = 'done' | 'gone';

/** What is asked about; it stays the same while others are held up or go on. */
interface Asked {
  action: 'skip' | 'dead-letter';
  records: HeldUpRecord[];
}

/**
 * The same decision about every blocked record that is listed, one after the
 * other: never about one that is held up only afterwards and that nobody saw.
 */
export function HeldUpBatch(props: {
  queue: Queue;
  records: HeldUpRecord[];
  /** Told whether it is under way: whoever takes it off the screen ends it. */
  onRunning: (isRunning: boolean) => void;
}) {
  const { queue, records, onRunning } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [asked, setAsked] = useState<Asked>();
  const { sequence, start, stop } = useDecisions(queue.id);
  const blocked = records.filter(({ phase }) => phase === 'blocked');
  const count = blocked.length;
  const isRunning = sequence?.isRunning ?? false;
  const offered = count > 1 && !isRunning;
  useEffect(() => {
    onRunning(isRunning);
    return () => onRunning(false);
  }, [isRunning, onRunning]);
  if (!offered && !sequence && !asked) {
    return null;
  }
  const refusal = queue.mayUpdate ? undefined : t('permission.queueUpdate');
  const buttons: Array<{ label: string; act: () => void }> = [
    {
      label: t('heldUp.retryAll', { count }),
      act: () => void start(decisionsOf(blocked, 'retry')),
    },
    {
      label: t('heldUp.skipAll', { count }),
      act: () => setAsked({ action: 'skip', records: blocked }),
    },
    {
      label: t('heldUp.deadLetterAll', { count }),
      act: () => setAsked({ action: 'dead-letter', records: blocked }),
    },
  ];
  return (
    <div className={classes.root}>
      {offered &&
        buttons.map(({ label, act }) => (
          <GuardedButton
            key={label}
            refusal={refusal}
            size="small"
            variant="outlined"
            onClick={act}
          >
            {label}
          </GuardedButton>
        ))}
      {sequence?.isRunning && (
        <SequenceProgress
          label={t('heldUp.batch')}
          done={sequence.results.length}
          total={sequence.total}
          stopLabel={t('common.stop')}
          onStop={stop}
        />
      )}
      <Typography variant="body2" role="status">
        {sequence && describe(sequence, t)}
      </Typography>
      {sequence?.error !== undefined && (
        <ErrorNotice error={sequence.error} title={t('heldUp.batchFailed')} />
      )}
      {asked && (
        <BatchDialog
          {...asked}
          queue={queue}
          onCancel={() => setAsked(undefined)}
          onConfirm={deadLetterTopic => {
            setAsked(undefined);
            void start(
              decisionsOf(asked.records, asked.action, deadLetterTopic),
            );
          }}
        />
      )}
    </div>
  );
}

function describe({ results, total }: Sequence<Decided>, t: Translate): string {
  const gone = results.filter(each => each === 'gone').length;
  const done = t('heldUp.batchDone', {
    ...{ done: `${results.length - gone}`, total: `${total}` },
  });
  return gone > 0 ? `${done} ${t('heldUp.batchGone', { count: gone })}` : done;
}

function decisionsOf(
  records: readonly HeldUpRecord[],
  action: Action,
  deadLetterTopic?: string,
): DecideHeldUpRecord[] {
  return records.map(({ partition, offset }) =>
    action === 'dead-letter'
      ? { action, partition, offset, deadLetterTopic }
      : { action, partition, offset },
  );
}

function useDecisions(queueId: string) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useSequence(async (decision: DecideHeldUpRecord): Promise<Decided> => {
    try {
      await api.decideHeldUpRecord(queueId, decision);
      return 'done';
    } catch (error) {
      if (!isConflict(error)) {
        throw error;
      }
      return 'gone';
    } finally {
      void client.invalidateQueries({ queryKey: queryKeys.queues });
    }
  });
}
