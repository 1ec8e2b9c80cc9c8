import { createRouteRef, createSubRouteRef } from '@backstage/core-plugin-api';

/** The Queue manager, where connections are administered. */
export const queueManagerRouteRef = createRouteRef({
  id: 'event-flows:queue-manager',
});

/** The form that connects a cluster. */
export const connectRouteRef = createSubRouteRef({
  id: 'event-flows:connect',
  parent: queueManagerRouteRef,
  path: '/new',
});

/** One connection and its topics. */
export const connectionRouteRef = createSubRouteRef({
  id: 'event-flows:connection',
  parent: queueManagerRouteRef,
  path: '/:connectionId',
});

/** Which algorithms may use one topic. */
export const topicAccessRouteRef = createSubRouteRef({
  id: 'event-flows:topic-access',
  parent: queueManagerRouteRef,
  path: '/:connectionId/topics/:topic/access',
});

/** Every queue that a person may see. */
export const queuesRouteRef = createSubRouteRef({
  id: 'event-flows:queues',
  parent: queueManagerRouteRef,
  path: '/queues',
});

/** One queue. */
export const queueRouteRef = createSubRouteRef({
  id: 'event-flows:queue',
  parent: queueManagerRouteRef,
  path: '/queues/:queueId',
});

/** The Queues tab of an algorithm. */
export const entityQueuesRouteRef = createRouteRef({
  id: 'event-flows:entity-queues',
});
