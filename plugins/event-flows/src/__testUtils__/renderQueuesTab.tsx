import {
  renderInTestApp,
  type TestAppOptions,
} from '@backstage/frontend-test-utils';
import {
  type CatalogApi,
  catalogApiRef,
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import type { Entity } from '@backstage/catalog-model';
import type { EventFlowsApi } from '@event-flows/backstage-plugin-event-flows-common';
import { eventFlowsApiRef } from '../api/eventFlowsApiRef';
import { EntityQueuesContent } from '../entity/QueuesTab';
import { queueManagerRouteRef } from '../routes';
import { aVersion, anAlgorithm } from './fixtures';

/** Sentiment with two versions in production, a deprecated and a broken one. */
export const sentimentVersions: Entity[] = [
  aVersion('sentiment', '1.0.2'),
  aVersion('sentiment', '1.1.0'),
  aVersion('sentiment', '0.9.0', { lifecycle: 'deprecated' }),
  aVersion('sentiment', '1.2.0', { endpoint: 'nowhere' }),
];

/** Shows the Queues tab of Sentiment. */
export function renderQueuesTab(
  api: EventFlowsApi,
  options: {
    config?: TestAppOptions['config'];
    /** Instead of one with Sentiment's versions. */
    catalog?: CatalogApi;
  } = {},
) {
  const { config, catalog = catalogApiMock({ entities: sentimentVersions }) } =
    options;
  return renderInTestApp(
    <EntityProvider entity={anAlgorithm('sentiment', 'Sentiment')}>
      <EntityQueuesContent />
    </EntityProvider>,
    {
      config,
      mountedRoutes: {
        '/queue-manager': queueManagerRouteRef,
        '/catalog/:namespace/:kind/:name': entityRouteRef,
      },
      apis: [
        [eventFlowsApiRef, api],
        [catalogApiRef, catalog],
      ],
    },
  );
}
