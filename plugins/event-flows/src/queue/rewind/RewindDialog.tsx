import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useId, useState, type FormEvent } from 'react';
import { useRewindQueue } from '../../api/mutations';
import { useRewindPreview } from '../../api/queries';
import { ErrorNotice } from '../../components/ErrorNotice';
import { focusOnMount } from '../../components/focusOnMount';
import { ProgressButton } from '../../components/ProgressButton';
import { useDebounced } from '../../components/useDebounced';
import { eventFlowsTranslationRef } from '../../translation';
import { RewindFields } from './RewindFields';
import { openRewindForm, rewindToOf } from './rewindForm';
import { RewindPreviewNote } from './RewindPreviewNote';

/** Milliseconds without a change until the cluster is asked what it would mean. */
const PREVIEW_AFTER_MS = 300;

/** Asks where a disabled queue is to go on, and says what that means. */
export function RewindDialog(props: {
  queue: Queue;
  algorithm: string;
  onClose: () => void;
}) {
  const { queue, algorithm, onClose } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const [form, setForm] = useState(openRewindForm);
  // What is asked about is this state of the queue, and no later one.
  const [{ revision }, setAsked] = useState(queue);
  const rewind = useRewindQueue(queue.id, setAsked);
  const busy = rewind.isPending;

  const settled = useDebounced(form, PREVIEW_AFTER_MS);
  const preview = useRewindPreview(queue.id, rewindToOf(settled));
  const to = rewindToOf(form);
  const isKnown = settled === form && preview.data !== undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Enter in a field submits also while the button is off.
    if (to && isKnown && !busy) {
      rewind.mutate({ to, revision }, { onSuccess: onClose });
    }
  };

  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      onClose={busy ? undefined : onClose}
      aria-labelledby={`${id}-title`}
    >
      <form noValidate onSubmit={submit}>
        <DialogTitle id={`${id}-title`}>
          {t('rewind.title', { topic: queue.topic, algorithm })}
        </DialogTitle>
        <DialogContent>
          {rewind.error && (
            <ErrorNotice error={rewind.error} title={t('rewind.failed')} />
          )}
          {preview.error && !rewind.error && (
            <ErrorNotice
              error={preview.error}
              title={t('rewind.previewFailed')}
            />
          )}
          <Typography paragraph>{t('rewind.text')}</Typography>
          <RewindFields form={form} onChange={setForm} />
          <RewindPreviewNote
            to={to}
            preview={isKnown ? preview.data : undefined}
          />
        </DialogContent>
        <DialogActions>
          <Button
            ref={focusOnMount}
            disableFocusRipple
            onClick={onClose}
            disabled={busy}
          >
            {t('common.cancel')}
          </Button>
          <ProgressButton
            type="submit"
            busy={busy}
            disabled={!isKnown}
            variant="contained"
            color="primary"
          >
            {t('rewind.confirm')}
          </ProgressButton>
        </DialogActions>
      </form>
    </Dialog>
  );
}
