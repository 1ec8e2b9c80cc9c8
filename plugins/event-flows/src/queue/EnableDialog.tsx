import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useId, useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice';
import { Loading } from '../components/Loading';
import { eventFlowsTranslationRef } from '../translation';
import { EnableForm, type FormHold } from './EnableForm';
import type { Versions } from './versionLabel';

/** What {@link EnableDialog} is given. */
interface EnableDialogProps {
  queue: Queue;
  algorithm: string;
  versions: Versions;
  onClose: () => void;
}

/** Enables a queue, or changes how an enabled one delivers. */
export function EnableDialog(props: EnableDialogProps) {
  const { queue, algorithm, versions, onClose } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const titleId = useId();
  const [hold, setHold] = useState<FormHold>();
  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      // What was entered is not lost by a click beside the dialog.
      onClose={(_event, reason) => {
        const isStray = reason === 'backdropClick' && hold === 'changed';
        if (hold !== 'saving' && !isStray) {
          onClose();
        }
      }}
      aria-labelledby={titleId}
    >
      <DialogTitle id={titleId}>
        {t('enable.enableTitle', { topic: queue.topic, algorithm })}
      </DialogTitle>
      {versions.data ? (
        <EnableForm {...props} versions={versions.data} onHold={setHold} />
      ) : (
        <>
          <DialogContent>
            {versions.error ? (
              <ErrorNotice
                error={versions.error}
                title={t('enable.versionsFailed')}
                onRetry={versions.refetch}
              />
            ) : (
              <Loading label={t('enable.versionsLoading')} />
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t('enable.cancel')}</Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}
