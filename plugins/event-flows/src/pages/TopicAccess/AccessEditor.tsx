import { LinkButton } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  AccessEntry,
  ApiType,
  Queue,
  TopicDetails,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { isConflict } from '../../api/describeError';
import { useUpdateAccess } from '../../api/mutations';
import { useQueues, useTopic } from '../../api/queries';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Panel } from '../../components/Panel';
import { ProgressButton } from '../../components/ProgressButton';
import { QueueNames } from '../../components/QueueNames';
import { eventFlowsTranslationRef } from '../../translation';
import { AccessList } from './AccessList';
import {
  add,
  draftOf,
  isChanged,
  rebase,
  remove,
  renew,
  undo,
  wanted,
} from './accessDraft';
import { AlgorithmSearch } from './AlgorithmSearch';
import { ConflictNotice } from './ConflictNotice';
import { LeaveGuard } from './LeaveGuard';
import { summaryOf } from './summary';

const useStyles = makeStyles(
  theme => ({
    actions: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1.5),
    },
  }),
  { name: 'EventFlowsAccessEditor' },
);

/**
 * Changes the access to a topic. What others save while one edits shows only
 * when one saves, so that the list does not move under the pointer.
 */
export function AccessEditor(props: {
  connectionId: string;
  /** As it is now; the draft begins with the first one. */
  topic: TopicDetails;
  /** Where to go when it is done. */
  backHref: string;
}) {
  const { connectionId, topic, backHref } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const navigate = useNavigate();
  const update = useUpdateAccess(connectionId, topic.name);
  const { refetch, isFetching } = useTopic(connectionId, topic.name);

  const [draft, setDraft] = useState(() => draftOf(refsOf(topic)));
  const [revision, setRevision] = useState(topic.revision);
  const [theirs, setTheirs] = useState<TopicDetails>();
  const [asking, setAsking] = useState(false);
  /** Of those that are being added. */
  const [apiTypes, setApiTypes] = useState<Record<string, ApiType>>({});
  const apiTypeOf = (ref: string): ApiType =>
    topic.access.find(({ algorithmRef }) => algorithmRef === ref)?.apiType ??
    apiTypes[ref] ??
    'subscriber';

  const removed = topic.access.filter(({ algorithmRef }) =>
    draft.removed.includes(algorithmRef),
  );
  const { data: queues } = useQueues({ enabled: removed.length > 0 });
  /** Queues that go with their access, but for those that never did anything. */
  const lost = removed.filter(entry => mayHavePosition(entry, queues?.items));
  const stopping = lost.filter(({ state }) => state === 'enabled');

  /** What is wished stays, on top of what is stored now. */
  const goOnFrom = (details: TopicDetails) => {
    setDraft(current => rebase(current, details.access));
    setRevision(details.revision);
    setTheirs(undefined);
  };
  const save = () => {
    setAsking(false);
    update.mutate(
      {
        access: wanted(draft).map(algorithmRef => ({
          algorithmRef,
          apiType: apiTypeOf(algorithmRef),
          ...(draft.renewed.includes(algorithmRef) && { renew: true }),
        })),
        revision,
      },
      {
        onSuccess: ({ details, stopping: unfinished }) => {
          if (unfinished !== undefined) {
            // It is stored: there is nothing left to save, and more can follow.
            goOnFrom(details);
          } else {
            navigate(backHref, { replace: true });
          }
        },
        onError: async error => {
          const now = isConflict(error) ? (await refetch()).data : undefined;
          // Where nobody has saved, the refusal has another reason, and says it.
          if (now && now.revision !== revision) {
            setTheirs(now);
          }
        },
      },
    );
  };
  const isStopping = update.data?.stopping !== undefined;

  return (
    <>
      {(!update.isSuccess || isStopping) && (
        <LeaveGuard active={isChanged(draft)} summary={summaryOf(draft, t)} />
      )}
      {theirs && (
        <ConflictNotice
          draft={draft}
          theirs={theirs}
          onTakeTheirs={() => {
            goOnFrom(theirs);
            update.reset();
          }}
        />
      )}
      {update.error && !theirs && !(isConflict(update.error) && isFetching) && (
        <ErrorNotice error={update.error} title={t('access.saveFailed')} />
      )}
      {isStopping && (
        <ErrorNotice
          severity="warning"
          error={update.data?.stopping}
          title={t('access.savedStopping')}
        />
      )}
      <Panel>
        <AlgorithmSearch
          present={wanted(draft)}
          onChoose={ref => setDraft(add(draft, ref))}
        />
      </Panel>
      <Panel title={t('access.list')} flush>
        <AccessList
          draft={draft}
          access={topic.access}
          apiTypeOf={apiTypeOf}
          onApiType={(ref, apiType) =>
            setApiTypes(current => ({ ...current, [ref]: apiType }))
          }
          onRemove={ref => setDraft(remove(draft, ref))}
          onRenew={ref => setDraft(renew(draft, ref))}
          onUndo={ref => setDraft(undo(draft, ref))}
        />
      </Panel>
      <div className={classes.actions}>
        <ProgressButton
          busy={update.isPending}
          disabled={!isChanged(draft) || theirs !== undefined}
          variant="contained"
          color="primary"
          onClick={() => (lost.length > 0 ? setAsking(true) : save())}
        >
          {t('access.save')}
        </ProgressButton>
        <LinkButton to={backHref} disabled={update.isPending}>
          {isStopping && !isChanged(draft)
            ? t('access.back')
            : t('access.cancel')}
        </LinkButton>
        <Typography variant="body2" role="status">
          {summaryOf(draft, t)}
        </Typography>
      </div>
      {asking && (
        <ConfirmDialog
          title={t('access.deleteTitle', { count: lost.length })}
          confirmLabel={t('access.deleteConfirm')}
          onConfirm={save}
          onCancel={() => setAsking(false)}
        >
          <Typography>{t('access.deleteText')}</Typography>
          <QueueNames
            queues={lost.map(({ algorithmRef }) => ({
              topic: topic.name,
              algorithmRef,
            }))}
          />
          {stopping.length > 0 && (
            <Typography paragraph>
              {t('access.deleteStops', { count: stopping.length })}
            </Typography>
          )}
          <Typography>{t('access.deleteAgain')}</Typography>
        </ConfirmDialog>
      )}
    </>
  );
}

/** Of a queue that the person may not see, it is not known here: it may. */
function mayHavePosition(
  { queueId, state }: AccessEntry,
  queues: Queue[] | undefined,
): boolean {
  if (queueId === undefined || state === 'enabled') {
    return queueId !== undefined;
  }
  const queue = queues?.find(({ id }) => id === queueId);
  return !queue || queue.versionRef !== undefined;
}

function refsOf(topic: TopicDetails): string[] {
  return topic.access.map(({ algorithmRef }) => algorithmRef);
}
