import {
  SidebarDivider,
  SidebarItem,
  useSidebarOpenState,
} from '@backstage/core-components';
import type { NavContentNavItem } from '@backstage/plugin-app-react';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useMayAdminister } from './useMayAdminister';

const useStyles = makeStyles(theme => ({
  heading: {
    padding: theme.spacing(1.5, 3, 0.5),
    color: theme.palette.navigation.color,
    opacity: 0.8,
    whiteSpace: 'nowrap',
  },
  // Backstage keeps room for a badge beside the label, which cuts this one.
  item: { '& > div:last-child': { width: theme.spacing(1) } },
}));

interface SystemActionsProps {
  /** The page of the Queue manager, where its plugin is installed. */
  queueManager?: NavContentNavItem;
}

/** What only administrators see. */
export function SystemActions({ queueManager }: SystemActionsProps) {
  const classes = useStyles();
  const { isOpen } = useSidebarOpenState();
  const mayAdminister = useMayAdminister();
  if (!mayAdminister || !queueManager) {
    return null;
  }

  return (
    <>
      <SidebarDivider />
      {isOpen && (
        <Typography variant="caption" className={classes.heading}>
          System actions
        </Typography>
      )}
      <SidebarItem
        icon={() => queueManager.icon}
        to={queueManager.href}
        text={queueManager.title}
        className={isOpen ? classes.item : undefined}
      />
    </>
  );
}
