import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { useId, useState, type FormEvent } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice';
import { focusOnMount } from '../../components/focusOnMount';
import { ProgressButton } from '../../components/ProgressButton';
import { eventFlowsTranslationRef } from '../../translation';
import { problemOfDeadLetterTopic } from '../queueForm';

const useStyles = makeStyles(
  { content: { overflowWrap: 'anywhere' } },
  { name: 'EventFlowsDeadLetterTopicDialog' },
);

/** Asks for the topic that takes what a queue without a dead-letter topic gives up. */
export function DeadLetterTopicDialog(props: {
  /** Of the queue. */
  topic: string;
  title: string;
  /** What happens then. */
  text: string;
  confirmLabel: string;
  busy: boolean;
  /** Why the last try failed; the dialog stays open. */
  error: unknown;
  onConfirm: (topic: string) => void;
  onCancel: () => void;
}) {
  const { topic, busy, error, onConfirm, onCancel } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const [entered, setEntered] = useState('');
  const [problem, setProblem] = useState<string>();

  const check = () => {
    const found = problemOfDeadLetterTopic(entered, topic, t);
    setProblem(found);
    return found === undefined;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Enter in the field submits also while the button is busy.
    if (!busy && check()) {
      onConfirm(entered.trim());
    }
  };

  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      onClose={busy ? undefined : onCancel}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
    >
      <form noValidate onSubmit={submit}>
        <DialogTitle id={`${id}-title`}>{props.title}</DialogTitle>
        <DialogContent className={classes.content}>
          {error !== null && (
            <ErrorNotice error={error} title={t('heldUp.deadLetterFailed')} />
          )}
          <Typography id={`${id}-text`} paragraph>
            {props.text}
          </Typography>
          <TextField
            id={`${id}-topic`}
            inputRef={focusOnMount}
            required
            fullWidth
            variant="outlined"
            size="small"
            label={t('enable.deadLetterTopic')}
            value={entered}
            error={Boolean(problem)}
            helperText={problem ?? t('enable.deadLetterHelp', { topic })}
            onChange={event => {
              setEntered(event.target.value);
              setProblem(undefined);
            }}
          />
        </DialogContent>
        <DialogActions>
          <Button onClick={onCancel} disabled={busy}>
            {t('common.cancel')}
          </Button>
          <ProgressButton
            type="submit"
            busy={busy}
            variant="contained"
            color="primary"
          >
            {props.confirmLabel}
          </ProgressButton>
        </DialogActions>
      </form>
    </Dialog>
  );
}
