import { makeStyles } from '@material-ui/core/styles';
import type { ReactNode } from 'react';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fill, minmax(180px, 1fr))',
      gap: theme.spacing(2, 3),
      margin: 0,
    },
    label: {
      ...theme.typography.caption,
      color: theme.palette.text.secondary,
    },
    value: {
      ...theme.typography.body2,
      margin: 0,
      overflowWrap: 'anywhere',
    },
  }),
  { name: 'EventFlowsFactList' },
);

/** One thing that is known. */
export interface Fact {
  label: string;
  value: ReactNode;
}

/** What is known of something, as label and value; side by side where there is room. */
export function FactList({ facts }: { facts: Fact[] }) {
  const classes = useStyles();
  return (
    <dl className={classes.root}>
      {facts.map(({ label, value }) => (
        <div key={label}>
          <dt className={classes.label}>{label}</dt>
          <dd className={classes.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
