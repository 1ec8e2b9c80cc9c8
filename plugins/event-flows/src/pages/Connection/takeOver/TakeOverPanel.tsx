import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import {
  type Connection,
  eventFlowsAccessUpdatePermission,
  eventFlowsConnectionDeletePermission,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useConnection, useQueues } from '../../../api/queries';
import { useRefusal } from '../../../api/useRefusal';
import { ErrorNotice } from '../../../components/ErrorNotice';
import { GuardedButton } from '../../../components/GuardedButton';
import { Loading } from '../../../components/Loading';
import { Panel } from '../../../components/Panel';
import { SequenceProgress } from '../../../components/SequenceProgress';
import { DeleteConnectionDialog } from '../DeleteConnectionDialog';
import { eventFlowsTranslationRef, type Translate } from '../../../translation';
import { MovedBackError } from './takeOverQueue';
import { TakeOverTable } from './TakeOverTable';
import { useMoveChecks, useTakeOver } from './useTakeOver';

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
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const refusal = useRefusal(eventFlowsAccessUpdatePermission);
  const deleteRefusal = useRefusal(eventFlowsConnectionDeletePermission);
  const [deleting, setDeleting] = useState(false);
  /** Ids of those that were asked to be moved. */
  const [batch, setBatch] = useState<string[]>([]);
  const { sequence, start, stop } = useTakeOver(to.id);
  const { data, error } = useQueues();
  const left = data?.items.filter(q => q.connection.id === from.id) ?? [];
  const isRunning = sequence?.isRunning ?? false;
  const checks = useMoveChecks(
    to.id,
    left,
    left.length > 0 && refusal === undefined && !isRunning,
  );
  const waitsFor = waitFor({ isRunning, checks: checks.data, left }, t);
  const movable = left.filter(
    ({ id }) => checks.data && checks.data[id] === undefined,
  );
  return (
    <Panel title={t('replace.takeOver', { name })}>
      {error && <ErrorNotice error={error} />}
      {!data && !error && <Loading label={t('queue.loading')} />}
      {sequence?.error !== undefined && (
        <ErrorNotice
          error={sequence.error}
          title={
            sequence.error instanceof MovedBackError
              ? t('replace.movedBack', {
                  ...{ topic: sequence.error.queue.topic, name },
                  reason: sequence.error.reason ?? t('replace.tooLong'),
                })
              : t('replace.failed')
          }
        />
      )}
      {data && left.length > 0 && (
        <>
          <Typography paragraph>
            {t('replace.takeOverText', { name, to: to.name })}
          </Typography>
          <div className={classes.actions}>
            <GuardedButton
              refusal={refusal ?? waitsFor}
              variant="contained"
              color="primary"
              onClick={() => {
                setBatch(movable.map(({ id }) => id));
                void start(movable);
              }}
            >
              {t('replace.move', { count: movable.length })}
            </GuardedButton>
            {isRunning && sequence && (
              <SequenceProgress
                label={t('replace.moving')}
                done={sequence.results.length}
                total={sequence.total}
                stopLabel={t('deadLetters.stop')}
                onStop={stop}
              />
            )}
          </div>
          <TakeOverTable
            label={t('replace.tableLabel', { name })}
            queues={left}
            problems={checks.data}
            moving={
              isRunning ? batch[sequence?.results.length ?? 0] : undefined
            }
          />
        </>
      )}
      {data && left.length === 0 && (
        <>
          <Typography paragraph>
            {t('replace.nothingLeft', { name })}
          </Typography>
          <GuardedButton
            refusal={deleteRefusal}
            variant="outlined"
            onClick={() => setDeleting(true)}
          >
            {t('replace.deleteOld', { name })}
          </GuardedButton>
        </>
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

/** Why nothing can be moved now, whoever asks. */
function waitFor(
  now: {
    isRunning: boolean;
    checks: Record<string, string> | undefined;
    left: readonly Queue[];
  },
  t: Translate,
): string | undefined {
  const { isRunning, checks, left } = now;
  if (isRunning) {
    return t('replace.isMoving');
  }
  if (!checks) {
    return t('replace.isChecking');
  }
  return left.every(({ id }) => checks[id] !== undefined)
    ? t('replace.noneMovable')
    : undefined;
}
