import FormControlLabel from '@material-ui/core/FormControlLabel';
import Radio from '@material-ui/core/Radio';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { ReactNode } from 'react';

const useStyles = makeStyles(
  theme => ({
    root: { alignItems: 'flex-start', marginRight: 0 },
    radio: {
      paddingTop: theme.spacing(0.5),
      paddingBottom: theme.spacing(0.5),
    },
    label: { paddingTop: theme.spacing(0.5), minWidth: 0 },
    help: { display: 'block', overflowWrap: 'anywhere' },
  }),
  { name: 'EventFlowsRadioOption' },
);

/** One choice of a radio group, with a line that explains it. */
export function RadioOption(props: {
  value: string;
  label: ReactNode;
  help?: ReactNode;
  disabled?: boolean;
}) {
  const classes = useStyles();
  return (
    <FormControlLabel
      className={classes.root}
      value={props.value}
      disabled={props.disabled}
      control={<Radio color="primary" size="small" className={classes.radio} />}
      label={
        <div className={classes.label}>
          <Typography variant="body2" component="span">
            {props.label}
          </Typography>
          {props.help && (
            <Typography
              variant="caption"
              color={props.disabled ? 'inherit' : 'textSecondary'}
              className={classes.help}
            >
              {props.help}
            </Typography>
          )}
        </div>
      }
    />
  );
}
