import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { sentenceOf } from '../../api/describeError';
import { disableQueue } from '../../api/disableQueue';
import { eventFlowsApiRef } from '../../api/eventFlowsApiRef';
import { queryKeys } from '../../api/queries';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { ErrorNotice } from '../../components/ErrorNotice';
import { QueueNames } from '../../components/QueueNames';
import { SequenceProgress } from '../../components/SequenceProgress';
import { useSequence } from '../../components/useSequence';
import { formatCount } from '../../format/numbers';
import { eventFlowsTranslationRef } from '../../translation';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(2),
      padding: theme.spacing(0, 2, 1),
    },
  }),
  { name: 'EventFlowsBulkDisable' },
);

/** What came of one: nothing to tell, or why it is not known to have stopped. */
interface Outcome {
  queue: Queue;
  problem?: unknown;
}

/**
 * Disables the chosen queues one after the other, when asked and confirmed. One
 * that cannot be disabled is told at the end, and the others are all the same.
 */
export function BulkDisable(props: {
  /** Those that are enabled, and that the caller may disable. */
  queues: Queue[];
  onDone: () => void;
}) {
  const { queues, onDone } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  /** What is asked about; it stays the same while the list changes. */
  const [asked, setAsked] = useState<Queue[]>();
  const { sequence, start, stop } = useDisabling();
  const isRunning = sequence?.isRunning ?? false;
  const problems = sequence?.results.filter(each => 'problem' in each) ?? [];
  if (queues.length === 0 && !asked && !isRunning && problems.length === 0) {
    return null;
  }
  const count = queues.length;
  return (
    <div className={classes.root}>
      {isRunning && sequence ? (
        <SequenceProgress
          label={t('allQueues.disable')}
          done={sequence.results.length}
          total={sequence.total}
          stopLabel={t('common.stop')}
          onStop={stop}
        />
      ) : (
        count > 0 && (
          <>
            <Typography variant="body2">
              {t('allQueues.chosen', { count, number: formatCount(count) })}
            </Typography>
            <Button
              size="small"
              variant="outlined"
              onClick={() => setAsked(queues)}
            >
              {t('allQueues.disable')}
            </Button>
          </>
        )
      )}
      <Typography variant="body2" role="status">
        {sequence &&
          t('allQueues.disabled', {
            done: formatCount(sequence.results.length - problems.length),
            total: formatCount(sequence.total),
          })}
      </Typography>
      {!isRunning &&
        byReason(problems).map(([reason, outcomes]) => (
          <div key={reason}>
            <ErrorNotice
              error={outcomes[0].problem}
              title={t('allQueues.disableFailed')}
            />
            <QueueNames queues={outcomes.map(({ queue }) => queue)} />
          </div>
        ))}
      {asked && (
        <ConfirmDialog
          title={t('allQueues.disableTitle', {
            count: asked.length,
            number: formatCount(asked.length),
          })}
          confirmLabel={t('disable.confirm')}
          onCancel={() => setAsked(undefined)}
          onConfirm={() => {
            setAsked(undefined);
            onDone();
            void start(asked);
          }}
        >
          <Typography paragraph>{t('disable.text')}</Typography>
          {asked.length > 1 && (
            <Typography>{t('allQueues.whileOpen')}</Typography>
          )}
          <QueueNames queues={asked} />
        </ConfirmDialog>
      )}
    </div>
  );
}

/** Each reason is said once, of those that it is the reason of. */
function byReason(problems: readonly Outcome[]): Array<[string, Outcome[]]> {
  return [...Map.groupBy(problems, ({ problem }) => sentenceOf(problem))];
}

function useDisabling() {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useSequence(async (queue: Queue): Promise<Outcome> => {
    try {
      const { stopping } = await disableQueue(api, queue);
      return stopping === undefined ? { queue } : { queue, problem: stopping };
    } catch (problem) {
      return { queue, problem };
    } finally {
      void client.invalidateQueries({ queryKey: queryKeys.queues });
    }
  });
}
