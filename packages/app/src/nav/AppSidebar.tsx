import {
  Sidebar,
  SidebarDivider,
  SidebarGroup,
  SidebarItem,
  SidebarSpace,
} from '@backstage/core-components';
import type { NavContentComponentProps } from '@backstage/plugin-app-react';
import { NotificationsSidebarItem } from '@backstage/plugin-notifications';
import {
  Settings,
  UserSettingsSignInAvatar,
} from '@backstage/plugin-user-settings';
import AlgorithmsIcon from '@material-ui/icons/Memory';
import QueuesIcon from '@material-ui/icons/List';
import MenuIcon from '@material-ui/icons/Menu';
import { SidebarLogo } from './SidebarLogo';
import { SystemActions } from './SystemActions';

/** The catalog, filtered to everyone's algorithms: also the start page. */
const ALGORITHMS =
  '/catalog?filters[kind]=component&filters[type]=algorithm&filters[user]=all';

/**
 * The queues of the algorithms that somebody owns. Items of the sidebar look at
 * the path alone: by the slash, this one is not marked on the page of all queues.
 */
const MY_QUEUES = '/queue-manager/queues/?owner=mine';

export function AppSidebar({ navItems }: NavContentComponentProps) {
  return (
    <Sidebar>
      <SidebarLogo />
      <SidebarDivider />
      <SidebarGroup label="Menu" icon={<MenuIcon />}>
        <SidebarItem icon={AlgorithmsIcon} to={ALGORITHMS} text="Algorithms" />
        <SidebarItem icon={QueuesIcon} to={MY_QUEUES} text="My queues" />
        <SystemActions queueManager={navItems.take('page:event-flows')} />
      </SidebarGroup>
      <SidebarSpace />
      <SidebarDivider />
      <NotificationsSidebarItem />
      <SidebarDivider />
      <SidebarGroup
        label="Settings"
        icon={<UserSettingsSignInAvatar />}
        to="/settings"
      >
        <Settings />
      </SidebarGroup>
    </Sidebar>
  );
}
