import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import Typography from '@material-ui/core/Typography';
import {
  type DeadLetter,
  entityRefSchema,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useId } from 'react';
import { useDismiss, useRedeliver } from '../api/mutations';
import { ErrorNotice } from '../components/ErrorNotice';
import { focusOnMount } from '../components/focusOnMount';
import { GuardedButton } from '../components/GuardedButton';
import { RelativeTime } from '../components/RelativeTime';
import { RecordDetail } from '../records/RecordDetail';
import { TrialResult } from '../records/TrialResult';
import { eventFlowsTranslationRef } from '../translation';
import { MarkChip } from './MarkChip';

/** One dead letter: what it was, why it is one, and what can be done about it. */
export function LetterDialog(props: {
  queue: Queue;
  letter: DeadLetter;
  onClose: () => void;
}) {
  const { queue, letter, onClose } = props;
  const { partition, offset, record, reason, versionRef, mark } = letter;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const redeliver = useRedeliver(queue.id);
  const dismiss = useDismiss(queue.id);
  const busy = redeliver.isPending || dismiss.isPending;
  const refusal = queue.mayUpdate ? undefined : t('permission.queueUpdate');
  const error = redeliver.error ?? dismiss.error;
  return (
    <Dialog
      open
      fullWidth
      maxWidth="md"
      onClose={busy ? undefined : onClose}
      aria-labelledby={`${id}-title`}
    >
      <DialogTitle id={`${id}-title`}>{t('deadLetters.letter')}</DialogTitle>
      <DialogContent>
        {error && (
          <ErrorNotice error={error} title={t('deadLetters.actFailed')} />
        )}
        <Typography variant="body2" paragraph>
          {reason}
          {entityRefSchema.safeParse(versionRef).success && (
            <>
              {' ('}
              <EntityDisplayName entityRef={versionRef} hideIcon />)
            </>
          )}
        </Typography>
        <Typography variant="body2" component="div" paragraph>
          <MarkChip mark={mark} />{' '}
          {mark && (
            <>
              <RelativeTime at={mark.at} />{' '}
              <EntityDisplayName entityRef={mark.by} hideIcon />
            </>
          )}
        </Typography>
        <RecordDetail record={record}>
          {redeliver.data && <TrialResult trial={redeliver.data} />}
        </RecordDetail>
      </DialogContent>
      <DialogActions>
        {mark?.state !== 'redelivered' && (
          <>
            {!mark && (
              <GuardedButton
                refusal={refusal}
                onClick={() => !busy && dismiss.mutate({ partition, offset })}
              >
                {t('deadLetters.dismiss')}
              </GuardedButton>
            )}
            <GuardedButton
              refusal={refusal}
              variant="outlined"
              color="primary"
              onClick={() =>
                !busy &&
                redeliver.mutate({
                  ...{ partition, offset },
                  versionRef: queue.versionRef ?? 'latest',
                })
              }
            >
              {t('deadLetters.redeliver')}
            </GuardedButton>
          </>
        )}
        <Button ref={focusOnMount} disableFocusRipple onClick={onClose}>
          {t('heldUp.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
