import {
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
} from '@backstage/core-plugin-api';
import type { ReactElement } from 'react';
import { eventFlowsApiFactory } from '../api/eventFlowsApiFactory';
import { entityQueuesRouteRef, queueManagerRouteRef } from '../routes';

/**
 * The plugin, for apps on the legacy frontend system.
 *
 * @public
 */
export const eventFlowsPlugin = createPlugin({
  id: 'event-flows',
  apis: [eventFlowsApiFactory],
  routes: {
    queueManager: queueManagerRouteRef,
    entityQueues: entityQueuesRouteRef,
  },
});

/**
 * The Queue manager, at a route of its own (`/queue-manager`).
 *
 * @public
 */
export const QueueManagerPage: () => ReactElement = eventFlowsPlugin.provide(
  createRoutableExtension({
    name: 'QueueManagerPage',
    component: () =>
      import('./LegacyQueueManagerPage').then(m => m.LegacyQueueManagerPage),
    mountPoint: queueManagerRouteRef,
  }),
);

/**
 * The content of the Queues tab of an algorithm's entity page.
 *
 * @public
 */
export const EntityQueuesContent: () => ReactElement = eventFlowsPlugin.provide(
  createRoutableExtension({
    name: 'EntityQueuesContent',
    component: () =>
      import('../entity/QueuesTab').then(m => m.EntityQueuesContent),
    mountPoint: entityQueuesRouteRef,
  }),
);

/**
 * The versions of an algorithm, as a card for its entity page.
 *
 * @public
 */
export const EntityVersionsCard: () => ReactElement = eventFlowsPlugin.provide(
  createComponentExtension({
    name: 'EntityVersionsCard',
    component: {
      lazy: () =>
        import('./LegacyVersionsCard').then(m => m.LegacyVersionsCard),
    },
  }),
);
