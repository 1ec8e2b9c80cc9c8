import { createPermission } from '@backstage/plugin-permission-common';

/** The resource type of the catalog's own permissions and conditions. */
const CATALOG_ENTITY = 'catalog-entity';

/** See the broker connections. @public */
export const eventFlowsConnectionReadPermission = createPermission({
  name: 'event-flows.connection.read',
  attributes: { action: 'read' },
});

/** Connect a cluster. @public */
export const eventFlowsConnectionCreatePermission = createPermission({
  name: 'event-flows.connection.create',
  attributes: { action: 'create' },
});

/** Delete a broker connection; its queues stop. @public */
export const eventFlowsConnectionDeletePermission = createPermission({
  name: 'event-flows.connection.delete',
  attributes: { action: 'delete' },
});

/** See a connection's topics and who has access to them. @public */
export const eventFlowsTopicReadPermission = createPermission({
  name: 'event-flows.topic.read',
  attributes: { action: 'read' },
});

/** Decide which algorithms may use a topic. @public */
export const eventFlowsAccessUpdatePermission = createPermission({
  name: 'event-flows.access.update',
  attributes: { action: 'update' },
});

/**
 * See which keys wrap the stored secrets, and wrap them with the current one.
 *
 * @public
 */
export const eventFlowsSecretRotatePermission = createPermission({
  name: 'event-flows.secret.rotate',
  attributes: { action: 'update' },
});

/**
 * See an algorithm's queues. Asked with the algorithm's entity ref, so that a
 * policy can answer with the catalog's own conditions.
 *
 * @public
 */
export const eventFlowsQueueReadPermission = createPermission({
  name: 'event-flows.queue.read',
  attributes: { action: 'read' },
  resourceType: CATALOG_ENTITY,
});

/**
 * Enable, edit and disable an algorithm's queues. Asked with the algorithm's
 * entity ref, so that a policy can answer with the catalog's own conditions.
 *
 * @public
 */
export const eventFlowsQueueUpdatePermission = createPermission({
  name: 'event-flows.queue.update',
  attributes: { action: 'update' },
  resourceType: CATALOG_ENTITY,
});

/**
 * Look at the records that an algorithm's queues read, contents included. Asked
 * with the algorithm's entity ref, as the permissions of queues are.
 *
 * @public
 */
export const eventFlowsRecordReadPermission = createPermission({
  name: 'event-flows.record.read',
  attributes: { action: 'read' },
  resourceType: CATALOG_ENTITY,
});

/**
 * The permissions of administration: about clusters, topics and secrets, not
 * about one algorithm.
 *
 * @public
 */
export const eventFlowsAdministrationPermissions = [
  eventFlowsConnectionReadPermission,
  eventFlowsConnectionCreatePermission,
  eventFlowsConnectionDeletePermission,
  eventFlowsTopicReadPermission,
  eventFlowsAccessUpdatePermission,
  eventFlowsSecretRotatePermission,
];

/** Every permission of the plugin. @public */
export const eventFlowsPermissions = [
  ...eventFlowsAdministrationPermissions,
  eventFlowsQueueReadPermission,
  eventFlowsQueueUpdatePermission,
  eventFlowsRecordReadPermission,
];
