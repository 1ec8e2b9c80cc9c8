import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useId } from 'react';
import { focusOnMount } from '../components/focusOnMount';
import { placeOf } from '../queue/heldUp/records';
import { eventFlowsTranslationRef } from '../translation';
import type { BackTestTrial } from './backTest';
import { RecordAt } from './RecordAt';
import { TrialResult } from './TrialResult';

const useStyles = makeStyles(
  theme => ({
    title: { overflowWrap: 'anywhere' },
    content: {
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(2),
      overflowWrap: 'anywhere',
    },
    version: { fontWeight: 600 },
  }),
  { name: 'EventFlowsDifferenceDialog' },
);

/** One record that two versions answered in different ways: both answers, and what is in it. */
export function DifferenceDialog(props: {
  queue: Queue;
  trial: BackTestTrial;
  onClose: () => void;
}) {
  const { queue, onClose } = props;
  const { place, first, second } = props.trial;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  return (
    <Dialog
      open
      fullWidth
      maxWidth="md"
      onClose={onClose}
      aria-labelledby={`${id}-title`}
    >
      <DialogTitle id={`${id}-title`} className={classes.title}>
        {t('heldUp.lookTitle', {
          ...{ topic: queue.topic, place: placeOf(place, t) },
        })}
      </DialogTitle>
      <DialogContent className={classes.content}>
        {[first, second].map(
          (trial, index) =>
            trial && (
              // Both may be of the same version.
              <div key={index}>
                <Typography variant="body2" className={classes.version}>
                  <EntityDisplayName entityRef={trial.versionRef} hideIcon />
                </Typography>
                <TrialResult trial={trial} />
              </div>
            ),
        )}
        <RecordAt queue={queue} place={place} />
      </DialogContent>
      <DialogActions>
        <Button ref={focusOnMount} disableFocusRipple onClick={onClose}>
          {t('common.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
