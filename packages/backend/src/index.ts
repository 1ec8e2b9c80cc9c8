import { createBackend } from '@backstage/backend-defaults';
import { stringifyError } from '@backstage/errors';

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

// A start that failed must end the process, so that whoever runs it notices.
backend.start().catch(error => {
  process.stderr.write(`The backend did not start: ${stringifyError(error)}\n`);
  process.exit(1);
});
