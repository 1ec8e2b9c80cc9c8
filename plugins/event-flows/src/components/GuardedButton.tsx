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
  const refused = refusal !== undefined && {
    className: [
      rest.className,
      classes.refused,
      rest.variant === 'contained' && classes.refusedContained,
    ]
      .filter(Boolean)
      .join(' '),
    href: undefined,
    onClick: undefined,
    'aria-disabled': true,
    'aria-describedby': reasonId,
    disableRipple: true,
    type: 'button' as const,
  };
  // One and the same button, so that it keeps the focus when the reason comes or goes.
  return (
    <>
      <Tooltip title={refusal ?? ''}>
        <Button {...rest} onClick={onClick} type={type} {...refused} />
      </Tooltip>
      {refusal !== undefined && (
        <VisuallyHidden id={reasonId}>{refusal}</VisuallyHidden>
      )}
    </>
  );
}
