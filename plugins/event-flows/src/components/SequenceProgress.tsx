import Button from '@material-ui/core/Button';
import LinearProgress from '@material-ui/core/LinearProgress';
import { makeStyles } from '@material-ui/core/styles';

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
  /** Of the total. */
  done: number;
  total: number;
  stopLabel: string;
  onStop: () => void;
}) {
  const { label, done, total, stopLabel, onStop } = props;
  const classes = useStyles();
  return (
    <div className={classes.root}>
      <LinearProgress
        className={classes.bar}
        variant="determinate"
        aria-label={label}
        value={(100 * done) / total}
      />
      <Button size="small" onClick={onStop}>
        {stopLabel}
      </Button>
    </div>
  );
}
