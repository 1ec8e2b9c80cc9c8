import LinearProgress from '@material-ui/core/LinearProgress';
import { makeStyles } from '@material-ui/core/styles';
import { useEffect, useState } from 'react';

/** Answers that come sooner than this need no progress bar, in milliseconds. */
const PATIENCE = 250;

const useStyles = makeStyles(
  theme => ({ root: { minHeight: 4, margin: theme.spacing(2, 0) } }),
  { name: 'EventFlowsLoading' },
);

/** Shows that something is on its way, if it takes a moment. */
export function Loading({ label }: { label: string }) {
  const classes = useStyles();
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={classes.root}>
      {visible && <LinearProgress aria-label={label} />}
    </div>
  );
}
