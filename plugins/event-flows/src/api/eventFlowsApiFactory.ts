import {
  createApiFactory,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { EventFlowsClient } from '@event-flows/backstage-plugin-event-flows-common';
import { eventFlowsApiRef } from './eventFlowsApiRef';

/**
 * Makes the client that speaks to the backend plugin.
 *
 * @public
 */
export const eventFlowsApiFactory = createApiFactory({
  api: eventFlowsApiRef,
  deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
  factory: ({ discoveryApi, fetchApi }) =>
    new EventFlowsClient({ discoveryApi, fetchApi }),
});
