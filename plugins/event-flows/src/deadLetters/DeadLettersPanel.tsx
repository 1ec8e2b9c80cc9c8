import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Checkbox from '@material-ui/core/Checkbox';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  DeadLetter,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useEffect, useState } from 'react';
import { useDeadLetters } from '../api/queries';
import { ErrorNotice } from '../components/ErrorNotice';
import { GuardedButton } from '../components/GuardedButton';
import { Loading } from '../components/Loading';
import { Panel } from '../components/Panel';
import { SearchField } from '../components/SearchField';
import { useDebounced } from '../components/useDebounced';
import { formatCount } from '../format/numbers';
import { eventFlowsTranslationRef, type Translate } from '../translation';
import { DeadLettersTable } from './DeadLettersTable';
import { LetterBatch } from './LetterBatch';
import { LetterDialog } from './LetterDialog';
import { OlderLetters } from './OlderLetters';
import { PurgeDialog } from './PurgeDialog';

const useStyles = makeStyles(
  theme => ({ newer: { padding: theme.spacing(0, 2, 1) } }),
  { name: 'EventFlowsDeadLettersPanel' },
);

/** Milliseconds that typing rests before it is looked for. */
const REST_MS = 300;

/** The records of a queue that could not be delivered, and what can be done about them. */
export function DeadLettersPanel({ queue }: { queue: Queue }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const topic = queue.settings?.deadLetterTopic;
  const mayLook = topic !== undefined && queue.mayReadRecords === true;
  const [query, setQuery] = useState('');
  const [showDone, setShowDone] = useState(false);
  const [opened, setOpened] = useState<DeadLetter>();
  const [isPurging, setPurging] = useState(false);
  const reason = useDebounced(query.trim(), REST_MS);
  const looked = useDeadLetters(
    queue,
    { openOnly: !showDone, ...(reason && { reason }) },
    mayLook,
  );
  const { data, error, refetch, isFetching } = looked;

  const letters = data?.pages.flatMap(({ items }) => items) ?? [];
  const older = data?.pages.at(-1)?.older;
  const newer = useNewer(queue, looked.dataUpdatedAt);
  const isNoneShown = data !== undefined && letters.length === 0;
  useEffect(() => {
    // "Nothing to do" would not be true any more.
    if (newer > 0 && isNoneShown) {
      void refetch();
    }
  }, [newer, isNoneShown, refetch]);
  if (!mayLook) {
    return (
      <Panel title={t('deadLetters.title')}>
        <Typography color="textSecondary">
          {topic === undefined
            ? t('deadLetters.noTopic', { how: howToName(queue, t) })
            : t('permission.recordRead')}
        </Typography>
      </Panel>
    );
  }
  return (
    <Panel
      title={t('deadLetters.title')}
      flush={letters.length > 0}
      tools={
        <>
          <SearchField
            label={t('deadLetters.filter')}
            value={query}
            onChange={setQuery}
          />
          <FormControlLabel
            control={
              <Checkbox
                size="small"
                color="primary"
                checked={showDone}
                onChange={event => setShowDone(event.target.checked)}
              />
            }
            label={t('deadLetters.showDone')}
          />
          <GuardedButton
            refusal={queue.mayUpdate ? undefined : t('permission.queueUpdate')}
            size="small"
            onClick={() => setPurging(true)}
          >
            {t('deadLetters.purge')}
          </GuardedButton>
          <Button size="small" onClick={() => refetch()} disabled={isFetching}>
            {t('records.refresh')}
          </Button>
        </>
      }
    >
      {error && (
        <ErrorNotice
          error={error}
          title={t('deadLetters.failed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('deadLetters.loading')} />}
      <LetterBatch
        {...{ queue, topic, reason }}
        offered={letters.some(({ mark }) => !mark) || older !== undefined}
      />
      {newer > 0 && letters.length > 0 && (
        <Typography variant="body2" role="status" className={classes.newer}>
          {t('deadLetters.newer', {
            ...{ count: newer, number: formatCount(newer) },
          })}
        </Typography>
      )}
      {data && letters.length === 0 && !older && (
        <Typography color="textSecondary">
          {describeNone({ topic, showDone, reason }, t)}
        </Typography>
      )}
      {letters.length > 0 && (
        <DeadLettersTable queue={queue} letters={letters} onOpen={setOpened} />
      )}
      {older && (
        <OlderLetters
          topic={topic}
          records={older.records}
          hasFound={letters.length > 0}
          busy={looked.isFetchingNextPage}
          onMore={() => !isFetching && looked.fetchNextPage()}
        />
      )}
      {opened && (
        <LetterDialog
          queue={queue}
          letter={letters.find(letter => isSame(letter, opened)) ?? opened}
          onClose={() => setOpened(undefined)}
        />
      )}
      {isPurging && (
        <PurgeDialog
          queueId={queue.id}
          topic={topic}
          onClose={() => setPurging(false)}
        />
      )}
    </Panel>
  );
}

/** How many records the queue has dead-lettered since it was looked for them. */
function useNewer({ status }: Queue, lookedAtMs: number): number {
  const count = status?.counters.deadLettered ?? 0;
  const [looked, setLooked] = useState({ atMs: lookedAtMs, count });
  if (looked.atMs !== lookedAtMs) {
    setLooked({ atMs: lookedAtMs, count });
    return 0;
  }
  // A queue that is enabled anew counts from nothing.
  return Math.max(0, count - looked.count);
}

/** Who names a topic for dead letters, and with which button. */
function howToName({ mayUpdate, state }: Queue, t: Translate): string {
  return t(`deadLetters.noTopicHow.${mayUpdate ? state : 'others'}`);
}

/** Said only when all of the topic was looked at. */
function describeNone(
  looked: { topic: string; showDone: boolean; reason: string },
  t: Translate,
): string {
  const { topic, showDone, reason } = looked;
  if (reason) {
    return showDone
      ? t('deadLetters.notFound', { topic })
      : t('deadLetters.notFoundOpen', { topic });
  }
  return showDone
    ? t('deadLetters.emptyAll', { topic })
    : t('deadLetters.empty', { topic });
}

function isSame(a: DeadLetter, b: DeadLetter): boolean {
  return a.partition === b.partition && a.offset === b.offset && a.id === b.id;
}
