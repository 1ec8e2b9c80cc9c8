import { createBackend } from '@backstage/backend-defaults';

const backend = createBackend();

backend.add(import('@backstage/plugin-app-backend'));
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('@backstage/plugin-permission-backend'));
backend.add(import('@backstage/plugin-signals-backend'));
backend.add(import('@backstage/plugin-user-settings-backend'));

backend.add(import('@event-flows/backstage-plugin-event-flows-backend'));
backend.add(
  import('@event-flows/backstage-plugin-catalog-backend-module-event-flows'),
);

// Who may do what: an example to copy into your own portal.
backend.add(import('./policy'));

// The demo only. Both do nothing unless they are configured.
backend.add(import('./demoAuth'));
backend.add(import('./demoCatalog'));

backend.start();
