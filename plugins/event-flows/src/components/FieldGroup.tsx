import { makeStyles } from '@material-ui/core/styles';
import type { ReactNode } from 'react';

const useStyles = makeStyles(
  theme => ({
    root: {
      border: 0,
      margin: theme.spacing(0, 0, 3),
      padding: 0,
      minWidth: 0,
    },
    legend: {
      ...theme.typography.subtitle1,
      fontWeight: 600,
      padding: 0,
      marginBottom: theme.spacing(1),
    },
    fields: {
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(2),
    },
  }),
  { name: 'EventFlowsFieldGroup' },
);

/** Fields that belong together, below one heading. */
export function FieldGroup(props: { legend: string; children: ReactNode }) {
  const classes = useStyles();
  return (
    <fieldset className={classes.root}>
      <legend className={classes.legend}>{props.legend}</legend>
      <div className={classes.fields}>{props.children}</div>
    </fieldset>
  );
}
