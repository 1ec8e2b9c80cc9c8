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
  type DeadLetterMark,
  entityRefSchema,
  type Queue,
  type VersionTrial,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useId, useState } from 'react';
import { useAlgorithmVersions } from '../api/catalog';
import { useDismiss, useRedeliver } from '../api/mutations';
import { ErrorNotice } from '../components/ErrorNotice';
import { focusOnMount } from '../components/focusOnMount';
import { GuardedButton } from '../components/GuardedButton';
import { Loading } from '../components/Loading';
import { RelativeTime } from '../components/RelativeTime';
import { RecordDetail } from '../records/RecordDetail';
import { TrialResult } from '../records/TrialResult';
import { versionLabel } from '../queue/versionLabel';
import { eventFlowsTranslationRef } from '../translation';
import { MarkChip } from './MarkChip';

/** One dead letter: what it was, why it is one, and what can be done about it. */
export function LetterDialog(props: {
  queue: Queue;
  letter: DeadLetter;
  onClose: () => void;
}) {
  const { queue, letter, onClose } = props;
  const { id: letterId, partition, offset, record, versionRef, mark } = letter;
  const place = { partition, offset, id: letterId };
  const outputTopic = queue.settings?.outputTopic;
  // It is sent to what the dialog names, whatever the queue is set to meanwhile.
  const [{ versionRef: target = 'latest' }] = useState(queue);
  const { data: versions = [] } = useAlgorithmVersions(queue.algorithmRef);
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const redeliver = useRedeliver(queue.id);
  const dismiss = useDismiss(queue.id);
  const busy = redeliver.isPending || dismiss.isPending;
  const mayNot = queue.mayUpdate ? undefined : t('permission.queueUpdate');
  const refusal = mayNot ?? (busy ? t('deadLetters.busy') : undefined);
  // The list may not show it any more when it is done.
  const state = doneHere(redeliver.data, dismiss.isSuccess) ?? mark?.state;
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
          {letter.reason}
          {entityRefSchema.safeParse(versionRef).success && (
            <>
              {' ('}
              <EntityDisplayName entityRef={versionRef} hideIcon />)
            </>
          )}
        </Typography>
        <Typography variant="body2" component="div" paragraph>
          <MarkChip state={state} />{' '}
          {mark && mark.state === state && (
            <>
              <RelativeTime at={mark.at} />{' '}
              <EntityDisplayName entityRef={mark.by} hideIcon />
            </>
          )}
        </Typography>
        {redeliver.isPending && <Loading label={t('deadLetters.sending')} />}
        <RecordDetail record={record}>
          {state !== 'redelivered' && (
            <Typography variant="body2">
              {t('deadLetters.target', {
                version: versionLabel({ versionRef: target }, versions, t),
              })}
            </Typography>
          )}
          {outputTopic !== undefined && mark?.state !== 'redelivered' && (
            <Typography variant="body2">
              {t('deadLetters.published', { topic: outputTopic })}
            </Typography>
          )}
          {redeliver.data && (
            <TrialResult
              trial={redeliver.data}
              consequence={
                redeliver.data.outcome === 'delivered'
                  ? t('deadLetters.nowRedelivered')
                  : t('deadLetters.notTaken')
              }
            />
          )}
        </RecordDetail>
      </DialogContent>
      <DialogActions>
        {state !== 'redelivered' && (
          <>
            {!state && (
              <GuardedButton
                refusal={refusal}
                onClick={() => {
                  forgetFailure(redeliver);
                  dismiss.mutate(place);
                }}
              >
                {t('deadLetters.dismiss')}
              </GuardedButton>
            )}
            <GuardedButton
              refusal={refusal}
              variant="outlined"
              color="primary"
              onClick={() => {
                forgetFailure(dismiss);
                redeliver.mutate({
                  ...place,
                  versionRef: target,
                });
              }}
            >
              {t('deadLetters.redeliver')}
            </GuardedButton>
          </>
        )}
        <Button
          ref={focusOnMount}
          disableFocusRipple
          onClick={onClose}
          disabled={busy}
        >
          {t('common.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** What has failed before is said no more; what was done stays so. */
function forgetFailure(of: { isError: boolean; reset: () => void }) {
  if (of.isError) {
    of.reset();
  }
}

/** What was done since the dialog was opened. */
function doneHere(
  trial: VersionTrial | undefined,
  isDismissed: boolean,
): DeadLetterMark['state'] | undefined {
  if (trial?.outcome === 'delivered') {
    return 'redelivered';
  }
  return isDismissed ? 'dismissed' : undefined;
}
