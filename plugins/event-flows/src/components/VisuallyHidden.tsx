import { makeStyles } from '@material-ui/core/styles';
import type { ReactNode } from 'react';

const useStyles = makeStyles(
  {
    root: {
      position: 'absolute',
      width: 1,
      height: 1,
      margin: -1,
      padding: 0,
      overflow: 'hidden',
      clip: 'rect(0 0 0 0)',
      whiteSpace: 'nowrap',
      border: 0,
    },
  },
  { name: 'EventFlowsVisuallyHidden' },
);

/** Text for those who listen to the page. */
export function VisuallyHidden(props: { id?: string; children: ReactNode }) {
  const classes = useStyles();
  return (
    <span id={props.id} className={classes.root}>
      {props.children}
    </span>
  );
}
