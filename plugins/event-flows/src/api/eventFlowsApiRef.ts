import { createApiRef } from '@backstage/core-plugin-api';
import type { EventFlowsApi } from '@event-flows/backstage-plugin-event-flows-common';

/**
 * The backend, as the screens see it.
 *
 * @public
 */
export const eventFlowsApiRef = createApiRef<EventFlowsApi>({
  id: 'plugin.event-flows.service',
});
