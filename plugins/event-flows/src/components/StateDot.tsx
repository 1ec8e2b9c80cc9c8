import { makeStyles } from '@material-ui/core/styles';
import type { BackstageTheme } from '@backstage/theme';

/** How something is doing, as a colour; always beside a word that says it. */
export type Tone = 'ok' | 'busy' | 'warning' | 'error' | 'off';

const useStyles = makeStyles(
  (theme: BackstageTheme) => ({
    root: {
      display: 'inline-block',
      flex: 'none',
      width: 8,
      height: 8,
      borderRadius: '50%',
    },
    ok: { backgroundColor: theme.palette.status.ok },
    busy: { backgroundColor: theme.palette.status.running },
    warning: { backgroundColor: theme.palette.status.warning },
    error: { backgroundColor: theme.palette.status.error },
    off: { backgroundColor: theme.palette.text.disabled },
  }),
  { name: 'EventFlowsStateDot' },
);

/** A dot in the colour of a state. */
export function StateDot({ tone }: { tone: Tone }) {
  const classes = useStyles();
  return <span aria-hidden className={`${classes.root} ${classes[tone]}`} />;
}
