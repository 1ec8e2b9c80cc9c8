import {
  ApiBlueprint,
  PageBlueprint,
  configApiRef,
  createFrontendPlugin,
  type ConfigApi,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import QueueIcon from '@material-ui/icons/DynamicFeed';
import type { Entity } from '@backstage/catalog-model';
import { eventFlowsApiFactory } from './api/eventFlowsApiFactory';
import { isAlgorithm } from './entity/isAlgorithm';
import { entityQueuesRouteRef, queueManagerRouteRef } from './routes';
import { eventFlowsTranslationRef } from './translation';

const api = ApiBlueprint.make({
  params: defineParams => defineParams(eventFlowsApiFactory),
});

const queueManagerPage = PageBlueprint.make({
  params: {
    path: '/queue-manager',
    routeRef: queueManagerRouteRef,
    title: eventFlowsTranslationRef('queueManager.title'),
    icon: <QueueIcon fontSize="inherit" />,
    loader: () =>
      import('./pages/QueueManagerRouter').then(m => <m.QueueManagerPage />),
  },
});

const queuesContent = EntityContentBlueprint.makeWithOverrides({
  name: 'queues',
  factory: (originalFactory, { apis }) =>
    originalFactory({
      path: '/queues',
      routeRef: entityQueuesRouteRef,
      title: eventFlowsTranslationRef('queues.title'),
      filter: algorithmFilter(apis.get(configApiRef)),
      loader: () =>
        import('./entity/QueuesTab').then(m => <m.EntityQueuesContent />),
    }),
});

const versionsCard = EntityCardBlueprint.makeWithOverrides({
  name: 'versions',
  factory: (originalFactory, { apis }) =>
    originalFactory({
      filter: algorithmFilter(apis.get(configApiRef)),
      loader: () =>
        import('./entity/VersionsCard').then(m => <m.EntityVersionsCard />),
    }),
});

/** What counts as an algorithm in this app. */
function algorithmFilter(config?: ConfigApi): (entity: Entity) => boolean {
  const type = config?.getOptionalString('eventFlows.catalog.algorithmType');
  return entity => isAlgorithm(entity, type);
}

/**
 * The Queue manager, the Queues tab and the Versions card of algorithms, for
 * apps on the new frontend system.
 *
 * @public
 */
export const eventFlowsPlugin = createFrontendPlugin({
  pluginId: 'event-flows',
  title: 'Queue manager',
  icon: <QueueIcon fontSize="inherit" />,
  info: { packageJson: () => import('../package.json') },
  routes: {
    queueManager: queueManagerRouteRef,
    entityQueues: entityQueuesRouteRef,
  },
  extensions: [api, queueManagerPage, queuesContent, versionsCard],
});
