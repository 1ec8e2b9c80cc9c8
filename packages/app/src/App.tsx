import { createApp } from '@backstage/frontend-defaults';
import appUserSettingsModule from '@backstage/plugin-app-module-user-settings';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import catalogGraphPlugin from '@backstage/plugin-catalog-graph/alpha';
import notificationsPlugin from '@backstage/plugin-notifications/alpha';
import orgPlugin from '@backstage/plugin-org/alpha';
import signalsPlugin from '@backstage/plugin-signals/alpha';
import userSettingsPlugin from '@backstage/plugin-user-settings/alpha';
import eventFlowsPlugin from '@event-flows/backstage-plugin-event-flows';
import { navModule } from './nav';
import { signInModule } from './signIn';

export default createApp({
  features: [
    catalogPlugin,
    catalogGraphPlugin,
    notificationsPlugin,
    orgPlugin,
    signalsPlugin,
    userSettingsPlugin,
    eventFlowsPlugin,
    appUserSettingsModule,
    navModule,
    signInModule,
  ],
});
