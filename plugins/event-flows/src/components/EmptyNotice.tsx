import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { ReactNode } from 'react';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexDirection: 'column',
      alignItems: 'center',
      gap: theme.spacing(1.5),
      padding: theme.spacing(6, 3),
      textAlign: 'center',
    },
    text: { maxWidth: 520 },
    action: { marginTop: theme.spacing(1) },
  }),
  { name: 'EventFlowsEmptyNotice' },
);

/** Says why there is nothing, and what to do next. */
export function EmptyNotice(props: {
  title?: string;
  text: ReactNode;
  action?: ReactNode;
}) {
  const classes = useStyles();
  return (
    <div className={classes.root}>
      {props.title && (
        <Typography variant="h6" component="h3">
          {props.title}
        </Typography>
      )}
      <Typography
        variant="body1"
        color="textSecondary"
        className={classes.text}
      >
        {props.text}
      </Typography>
      {props.action && <div className={classes.action}>{props.action}</div>}
    </div>
  );
}
