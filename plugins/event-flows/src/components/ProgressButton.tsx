import Button, { type ButtonProps } from '@material-ui/core/Button';
import CircularProgress from '@material-ui/core/CircularProgress';

/** A button that shows that what it began is under way. */
export function ProgressButton(props: ButtonProps & { busy: boolean }) {
  const { busy, disabled, children, ...rest } = props;
  return (
    <Button
      {...rest}
      disabled={busy || disabled}
      aria-busy={busy}
      startIcon={
        busy ? <CircularProgress size={16} color="inherit" /> : undefined
      }
    >
      {children}
    </Button>
  );
}
