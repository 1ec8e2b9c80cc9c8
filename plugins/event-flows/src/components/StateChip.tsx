import { makeStyles } from '@material-ui/core/styles';
import { StateDot, type Tone } from './StateDot';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(0.75),
      padding: theme.spacing(0.25, 1),
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: 12,
      fontFamily: theme.typography.fontFamily,
      fontSize: theme.typography.caption.fontSize,
      lineHeight: 1.5,
      whiteSpace: 'nowrap',
      color: theme.palette.text.primary,
    },
  }),
  { name: 'EventFlowsStateChip' },
);

/** A state as a chip: the word, and its colour beside it. */
export function StateChip(props: { tone: Tone; label: string }) {
  const classes = useStyles();
  return (
    <span className={classes.root}>
      <StateDot tone={props.tone} />
      {props.label}
    </span>
  );
}
