import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Checkbox from '@material-ui/core/Checkbox';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import Typography from '@material-ui/core/Typography';
import type {
  DeadLetter,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useDeadLetters } from '../api/queries';
import { ErrorNotice } from '../components/ErrorNotice';
import { GuardedButton } from '../components/GuardedButton';
import { Loading } from '../components/Loading';
import { Panel } from '../components/Panel';
import { SearchField } from '../components/SearchField';
import { eventFlowsTranslationRef } from '../translation';
import { DeadLettersTable } from './DeadLettersTable';
import { LetterDialog } from './LetterDialog';
import { PurgeDialog } from './PurgeDialog';
import { RedeliverAll } from './RedeliverAll';

/** The records of a queue that could not be delivered, and what can be done about them. */
export function DeadLettersPanel({ queue }: { queue: Queue }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const topic = queue.settings?.deadLetterTopic;
  const mayLook = topic !== undefined && queue.mayReadRecords;
  const { data, error, refetch, isFetching } = useDeadLetters(
    queue.id,
    mayLook,
  );
  const [query, setQuery] = useState('');
  const [showDone, setShowDone] = useState(false);
  const [opened, setOpened] = useState<string>();
  const [isPurging, setPurging] = useState(false);

  const letters = data?.items ?? [];
  const shown = letters.filter(
    letter =>
      (showDone || !letter.mark) &&
      letter.reason.toLocaleLowerCase().includes(query.toLocaleLowerCase()),
  );
  const letter = letters.find(known => idOf(known) === opened);
  if (!mayLook) {
    return (
      <Panel title={t('deadLetters.title')}>
        <Typography color="textSecondary">
          {topic === undefined
            ? t('deadLetters.noTopic')
            : t('permission.recordRead')}
        </Typography>
      </Panel>
    );
  }
  return (
    <Panel
      title={t('deadLetters.title')}
      flush={shown.length > 0}
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
          {letters.some(({ mark }) => mark) && (
            <GuardedButton
              refusal={
                queue.mayUpdate ? undefined : t('permission.queueUpdate')
              }
              size="small"
              onClick={() => setPurging(true)}
            >
              {t('deadLetters.purge')}
            </GuardedButton>
          )}
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
      {data && (
        <RedeliverAll
          queue={queue}
          letters={shown.filter(({ mark }) => !mark)}
        />
      )}
      {data && shown.length === 0 && (
        <Typography color="textSecondary">
          {t('deadLetters.empty', { topic })}
        </Typography>
      )}
      {shown.length > 0 && (
        <DeadLettersTable
          queue={queue}
          letters={shown}
          onOpen={chosen => setOpened(idOf(chosen))}
        />
      )}
      {letter && (
        <LetterDialog
          queue={queue}
          letter={letter}
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

function idOf({ partition, offset }: DeadLetter): string {
  return `${partition}:${offset}`;
}
