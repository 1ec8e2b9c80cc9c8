import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import type { BackstageTheme } from '@backstage/theme';
import { useId, type ReactNode } from 'react';
import { eventFlowsTranslationRef } from '../translation';
import { ErrorNotice } from './ErrorNotice';
import { focusOnMount } from './focusOnMount';
import { ProgressButton } from './ProgressButton';

const useStyles = makeStyles(
  (theme: BackstageTheme) => ({
    destructive: {
      color: theme.palette.status.error,
      borderColor: theme.palette.status.error,
    },
    content: { overflowWrap: 'anywhere' },
  }),
  { name: 'EventFlowsConfirmDialog' },
);

/** What {@link ConfirmDialog} is given. */
export interface ConfirmDialogProps {
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** What the button says: the deed, not "OK"; absent: there is none. */
  confirmLabel?: string;
  cancelLabel?: string;
  busy?: boolean;
  /** Why the last try failed; the dialog stays open. */
  error?: unknown;
  errorTitle?: string;
  /** Absent: there is nothing to confirm, or not yet. */
  onConfirm?: () => void;
  onCancel: () => void;
}

/**
 * Asks before something is stopped or lost. The harmless answer has the
 * focus, so that pressing Enter by habit destroys nothing.
 */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const { busy = false, error } = props;
  return (
    <Dialog
      open
      maxWidth="sm"
      fullWidth
      onClose={busy ? undefined : props.onCancel}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
    >
      <DialogTitle id={`${id}-title`}>{props.title}</DialogTitle>
      <DialogContent id={`${id}-text`} className={classes.content}>
        {error !== undefined && error !== null && (
          <ErrorNotice error={error} title={props.errorTitle} />
        )}
        {props.children}
      </DialogContent>
      <DialogActions>
        <Button
          ref={focusOnMount}
          disableFocusRipple
          onClick={props.onCancel}
          disabled={busy}
        >
          {props.cancelLabel ?? t('common.cancel')}
        </Button>
        {props.onConfirm && (
          <ProgressButton
            busy={busy}
            variant="outlined"
            className={busy ? undefined : classes.destructive}
            onClick={props.onConfirm}
          >
            {props.confirmLabel}
          </ProgressButton>
        )}
      </DialogActions>
    </Dialog>
  );
}
