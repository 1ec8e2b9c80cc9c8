import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  HeldUpRecord,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useId } from 'react';
import { focusOnMount } from '../../components/focusOnMount';
import { RecordAt } from '../../records/RecordAt';
import { eventFlowsTranslationRef } from '../../translation';
import { LastAttempt } from './LastAttempt';
import { placeOf } from './records';

const useStyles = makeStyles(
  theme => ({
    title: { overflowWrap: 'anywhere' },
    content: {
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(2),
      overflowWrap: 'anywhere',
    },
  }),
  { name: 'EventFlowsLookDialog' },
);

/** One held-up record: why it is, what the endpoint answered, and what is in it. */
export function LookDialog(props: {
  queue: Queue;
  record: HeldUpRecord;
  onClose: () => void;
}) {
  const { queue, record, onClose } = props;
  const { topic } = queue;
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
        {t('heldUp.lookTitle', { topic, place: placeOf(record, t) })}
      </DialogTitle>
      <DialogContent className={classes.content}>
        <Typography variant="body2">{record.reason}</Typography>
        <LastAttempt queue={queue} record={record} />
        <RecordAt queue={queue} place={record} />
      </DialogContent>
      <DialogActions>
        <Button ref={focusOnMount} disableFocusRipple onClick={onClose}>
          {t('common.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
