import Button from '@material-ui/core/Button';
import LinearProgress from '@material-ui/core/LinearProgress';
import { makeStyles } from '@material-ui/core/styles';
import type { Sequence } from './useSequence';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flex: '1 1 240px',
      alignItems: 'center',
      gap: theme.spacing(2),
    },
    bar: { flex: '1 1 160px', maxWidth: 320 },
  }),
  { name: 'EventFlowsSequenceProgress' },
);

/** How far a sequence has come, and the way to stop it. */
export function SequenceProgress(props: {
  label: string;
  sequence: Sequence<unknown>;
  stopLabel: string;
  onStop: () => void;
}) {
  const { label, sequence, stopLabel, onStop } = props;
  const classes = useStyles();
  return (
    <div className={classes.root}>
      <LinearProgress
        className={classes.bar}
        variant="determinate"
        aria-label={label}
        value={(100 * sequence.results.length) / sequence.total}
      />
      <Button size="small" onClick={onStop}>
        {stopLabel}
      </Button>
    </div>
  );
}
