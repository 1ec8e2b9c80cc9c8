import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import {
  type Connection,
  eventFlowsAccessUpdatePermission,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useEffect, useState } from 'react';
import { useWasDeletedHere } from '../../../api/deletions';
import { isNotFound } from '../../../api/describeError';
import { useConnection, useQueues } from '../../../api/queries';
import { useRefusal } from '../../../api/useRefusal';
import { ErrorNotice } from '../../../components/ErrorNotice';
import { GuardedButton } from '../../../components/GuardedButton';
import { Loading } from '../../../components/Loading';
import { Panel } from '../../../components/Panel';
import { SequenceProgress } from '../../../components/SequenceProgress';
import { formatDuration } from '../../../format/time';
import { DeleteConnectionDialog } from '../DeleteConnectionDialog';
import { eventFlowsTranslationRef, type Translate } from '../../../translation';
import { TakenOver } from './TakenOver';
import { TakeOverError } from './TakeOverError';
import { TakeOverTable } from './TakeOverTable';
import { useClusterPace } from './useClusterPace';
import { useMoveChecks } from './useMoveChecks';
import {
  useCopyPublishers,
  useMissingPublishers,
  useMoveBack,
  useTakeOver,
} from './useTakeOver';

const useStyles = makeStyles(
  theme => ({
    actions: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(2),
      marginBottom: theme.spacing(2),
    },
  }),
  { name: 'EventFlowsTakeOverPanel' },
);

/** Has a connection take over the queues of another one, and that one go. */
export function TakeOverPanel(props: {
  connection: Connection;
  /** The one that is replaced. */
  from: string;
  /** It is gone. */
  onDone: () => void;
}) {
  const { connection, onDone } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { data: old, error, refetch } = useConnection(props.from);
  const isGone = useWasDeletedHere(props.from) || isNotFound(error);
  useEffect(() => {
    // An address of before that leads back here.
    if (isGone) {
      onDone();
    }
  }, [isGone, onDone]);
  if (isGone) {
    return null;
  }
  if (!old) {
    return error ? (
      <ErrorNotice error={error} onRetry={() => refetch()} />
    ) : (
      <Loading label={t('connection.loading')} />
    );
  }
  return <TakeOver from={old} to={connection} onDone={onDone} />;
}

function TakeOver(props: {
  from: Connection;
  to: Connection;
  onDone: () => void;
}) {
  const { from, to, onDone } = props;
  const { name } = from;
  const ends = { from: from.id, to: to.id };
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const refusal = useRefusal(eventFlowsAccessUpdatePermission);
  const [deleting, setDeleting] = useState(false);
  /** Ids of those that were asked to be moved. */
  const [batch, setBatch] = useState<string[]>([]);
  const { pace, clock, holdMs } = useClusterPace();
  const takeOver = useTakeOver(ends, { pace, clock });
  const back = useMoveBack(ends, clock);
  const copying = useCopyPublishers(ends);
  const publishers = useMissingPublishers(ends, refusal === undefined);
  const { data, error } = useQueues();
  const left = data?.items.filter(q => q.connection.id === from.id) ?? [];
  const halfWay =
    data?.items.filter(
      q => q.connection.id === to.id && q.openMove?.from.id === from.id,
    ) ?? [];
  const { sequence, isStopping } = takeOver;
  const isMoving = (sequence?.isRunning ?? false) || back.isPending;
  const { outlooks, checkAgain } = useMoveChecks(to.id, left, {
    ...{ pace, enabled: refusal === undefined && !isMoving },
  });
  const movable = left.filter(({ id }) => outlooks.get(id)?.kind === 'movable');
  const waitsFor = waitFor(
    {
      ...{ isMoving, isAnyMovable: movable.length > 0 },
      isChecked: outlooks.size === left.length,
      inTheWay: publishers.error,
    },
    t,
  );
  const taken = sequence?.isRunning && batch[sequence.results.length];
  const moving = back.isPending ? back.variables.id : taken || undefined;
  const progress =
    outlooks.size < left.length && !isMoving && refusal === undefined
      ? t('replace.checked', {
          ...{ done: `${outlooks.size}`, total: `${left.length}` },
        })
      : isStopping && isMoving && t('replace.stopping');
  return (
    <Panel title={t('replace.takeOver', { name })}>
      {error && <ErrorNotice error={error} />}
      {!data && !error && <Loading label={t('queue.loading')} />}
      {sequence?.error !== undefined && back.isIdle && (
        <TakeOverError
          error={sequence.error}
          name={name}
          title={t('replace.failed')}
        />
      )}
      {(back.error ?? back.data) && (
        <TakeOverError
          error={back.error ?? back.data}
          name={name}
          title={t('replace.moveBackFailed')}
        />
      )}
      {(publishers.error ?? copying.error) && (
        <ErrorNotice
          error={publishers.error ?? copying.error}
          title={t('replace.publishersInTheWay')}
          onRetry={publishers.error ? publishers.refetch : undefined}
        />
      )}
      {data && left.length + halfWay.length > 0 && (
        <>
          <Typography paragraph>
            {t('replace.takeOverText', { name, to: to.name })}
          </Typography>
          <div className={classes.actions}>
            {left.length > 0 && (
              <GuardedButton
                refusal={refusal ?? waitsFor}
                variant="contained"
                color="primary"
                onClick={() => {
                  back.reset();
                  setBatch(movable.map(({ id }) => id));
                  void takeOver.start(movable);
                }}
              >
                {t('replace.move', { count: movable.length })}
              </GuardedButton>
            )}
            {outlooks.size > movable.length && !isMoving && (
              <Button size="small" onClick={checkAgain}>
                {t('replace.checkAgain')}
              </Button>
            )}
            {sequence?.isRunning && (
              <SequenceProgress
                label={t('replace.moving')}
                done={sequence.results.length}
                total={sequence.total}
                stopLabel={t('common.stop')}
                onStop={takeOver.stop}
              />
            )}
            <Typography variant="body2" role="status">
              {holdMs === undefined
                ? progress
                : t('replace.held', { time: formatDuration(holdMs) })}
            </Typography>
          </div>
          <TakeOverTable
            label={t('replace.tableLabel', { name })}
            queues={[...halfWay, ...left]}
            outlooks={outlooks}
            moving={moving}
            refusal={refusal ?? (isMoving ? t('replace.isMoving') : undefined)}
            onMoveBack={back.mutate}
          />
        </>
      )}
      {data && left.length + halfWay.length === 0 && (
        <TakenOver
          name={name}
          missing={publishers.data?.items ?? []}
          unknown={whyUnknown(publishers, refusal, t)}
          refusal={refusal}
          onCopy={() => copying.mutate()}
          onDelete={() => setDeleting(true)}
        />
      )}
      {deleting && (
        <DeleteConnectionDialog
          connection={from}
          onCancel={() => setDeleting(false)}
          onDeleted={onDone}
        />
      )}
    </Panel>
  );
}

/** Why nobody knows who may publish at the old connection and not at the new one. */
function whyUnknown(
  publishers: { isLoading: boolean; isSuccess: boolean },
  refusal: string | undefined,
  t: Translate,
): string | undefined {
  if (publishers.isSuccess) {
    return undefined;
  }
  return publishers.isLoading
    ? t('replace.isAsking')
    : (refusal ?? t('replace.publishersUnknown'));
}

/** Why nothing can be moved now, whoever asks. */
function waitFor(
  now: {
    isMoving: boolean;
    isChecked: boolean;
    isAnyMovable: boolean;
    /** Why who may publish cannot be taken over. */
    inTheWay: unknown;
  },
  t: Translate,
): string | undefined {
  if (now.isMoving) {
    return t('replace.isMoving');
  }
  if (now.inTheWay) {
    return t('replace.publishersInTheWay');
  }
  // One after the other is checked: those that are known to be movable can begin.
  if (now.isAnyMovable) {
    return undefined;
  }
  return now.isChecked ? t('replace.noneMovable') : t('replace.isChecking');
}
