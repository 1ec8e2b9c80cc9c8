import {
  SidebarDivider,
  SidebarItem,
  useSidebarOpenState,
} from '@backstage/core-components';
import { usePermission } from '@backstage/plugin-permission-react';
import { eventFlowsConnectionReadPermission } from '@event-flows/backstage-plugin-event-flows-common';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import QueueManagerIcon from '@material-ui/icons/DeviceHub';

const useStyles = makeStyles(theme => ({
  heading: {
    padding: theme.spacing(1.5, 3, 0.5),
    color: theme.palette.navigation.color,
    opacity: 0.8,
    whiteSpace: 'nowrap',
  },
}));

/** What only administrators see. */
export function SystemActions() {
  const classes = useStyles();
  const { isOpen } = useSidebarOpenState();
  const { allowed } = usePermission({
    permission: eventFlowsConnectionReadPermission,
  });
  if (!allowed) {
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
        icon={QueueManagerIcon}
        to="/queue-manager"
        text="Queue manager"
      />
    </>
  );
}
