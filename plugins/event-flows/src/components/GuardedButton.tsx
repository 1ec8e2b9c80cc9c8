import Button, { type ButtonProps } from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import { useId } from 'react';
import { VisuallyHidden } from './VisuallyHidden';

const useStyles = makeStyles(
  theme => ({
    refused: {
      cursor: 'not-allowed',
      boxShadow: 'none !important',
      color: `${theme.palette.action.disabled} !important`,
      borderColor: `${theme.palette.action.disabledBackground} !important`,
    },
    refusedContained: {
      backgroundColor: `${theme.palette.action.disabledBackground} !important`,
    },
  }),
  { name: 'EventFlowsGuardedButton' },
);

/** A button that some people may not press. */
export interface GuardedButtonProps extends Omit<ButtonProps, 'disabled'> {
  /** Why the person may not press it; absent where they may. */
  refusal?: string;
}

/**
 * A button that says why it cannot be pressed. It stays reachable by keyboard,
 * so that the reason is, too.
 */
export function GuardedButton(props: GuardedButtonProps) {
  const { refusal, onClick, type, ...rest } = props;
  const classes = useStyles();
  const reasonId = useId();
  if (refusal === undefined) {
    return <Button {...rest} onClick={onClick} type={type} />;
  }
  const className = [
    rest.className,
    classes.refused,
    rest.variant === 'contained' && classes.refusedContained,
  ]
    .filter(Boolean)
    .join(' ');
  return (
    <>
      <Tooltip title={refusal}>
        <Button
          {...rest}
          href={undefined}
          className={className}
          aria-disabled
          aria-describedby={reasonId}
          disableRipple
          type="button"
        />
      </Tooltip>
      <VisuallyHidden id={reasonId}>{refusal}</VisuallyHidden>
    </>
  );
}
