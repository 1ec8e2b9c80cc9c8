import {
  Link,
  sidebarConfig,
  useSidebarOpenState,
} from '@backstage/core-components';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { Logo } from '../Logo';

const useStyles = makeStyles(theme => ({
  root: {
    height: 3 * sidebarConfig.logoHeight,
    display: 'flex',
    alignItems: 'center',
  },
  link: {
    display: 'flex',
    alignItems: 'center',
    '&:hover': { textDecoration: 'none' },
  },
  mark: {
    width: sidebarConfig.drawerWidthClosed,
    display: 'flex',
    justifyContent: 'center',
  },
  name: {
    color: theme.palette.navigation.selectedColor,
    fontWeight: 700,
    whiteSpace: 'nowrap',
  },
}));

export function SidebarLogo() {
  const classes = useStyles();
  const { isOpen } = useSidebarOpenState();

  return (
    <div className={classes.root}>
      <Link
        to="/"
        className={classes.link}
        aria-label="Event Flows, start page"
      >
        <span className={classes.mark}>
          <Logo size={32} />
        </span>
        {isOpen && (
          <Typography variant="h6" component="span" className={classes.name}>
            Event Flows
          </Typography>
        )}
      </Link>
    </div>
  );
}
