import Paper from '@material-ui/core/Paper';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { useId, type ReactNode } from 'react';

const useStyles = makeStyles(
  theme => ({
    root: {
      marginBottom: theme.spacing(3),
      overflow: 'hidden',
      borderRadius: theme.shape.borderRadius * 2,
    },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1, 2),
      padding: theme.spacing(2, 2, 0),
    },
    title: { fontWeight: 600, marginRight: 'auto' },
    body: { padding: theme.spacing(2) },
    flush: { paddingTop: theme.spacing(1) },
  }),
  { name: 'EventFlowsPanel' },
);

/** A part of a page: a card with a heading and, if wanted, tools beside it. */
export function Panel(props: {
  title?: string;
  tools?: ReactNode;
  /** The content brings its own padding, as a table does. */
  flush?: boolean;
  children: ReactNode;
}) {
  const classes = useStyles();
  const id = useId();
  return (
    <Paper
      className={classes.root}
      component="section"
      elevation={0}
      aria-labelledby={props.title ? id : undefined}
    >
      {(props.title || props.tools) && (
        <div className={classes.head}>
          {props.title && (
            <Typography
              id={id}
              variant="subtitle1"
              component="h3"
              className={classes.title}
            >
              {props.title}
            </Typography>
          )}
          {props.tools}
        </div>
      )}
      <div
        className={props.flush ? props.title && classes.flush : classes.body}
      >
        {props.children}
      </div>
    </Paper>
  );
}
