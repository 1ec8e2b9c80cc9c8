import { makeStyles } from '@material-ui/core/styles';
import type { ReactNode } from 'react';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'grid',
      gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
      gap: theme.spacing(2, 3),
      margin: 0,
    },
    wide: {
      [theme.breakpoints.up('md')]: {
        gridTemplateColumns: 'repeat(3, minmax(0, 1fr))',
      },
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
export function FactList(props: {
  facts: Fact[];
  /** There is room for three columns on a wide screen. */
  wide?: boolean;
}) {
  const { facts, wide } = props;
  const classes = useStyles();
  return (
    <dl className={wide ? `${classes.root} ${classes.wide}` : classes.root}>
      {facts.map(({ label, value }) => (
        <div key={label}>
          <dt className={classes.label}>{label}</dt>
          <dd className={classes.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
