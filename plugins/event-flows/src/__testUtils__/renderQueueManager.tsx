import { renderTestApp } from '@backstage/frontend-test-utils';
import {
  type CatalogApi,
  catalogApiRef,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import type { Entity } from '@backstage/catalog-model';
import type { EventFlowsApi } from '@event-flows/backstage-plugin-event-flows-common';
import { eventFlowsApiRef } from '../api/eventFlowsApiRef';
import plugin from '../index';

/** Opens a page of the plugin in an app on the new frontend system. */
export function renderQueueManager(
  path: string,
  api: EventFlowsApi,
  entities: Entity[] = [],
  catalog: CatalogApi = catalogApiMock({ entities }),
) {
  return renderTestApp({
    features: [plugin],
    initialRouteEntries: [path],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    apis: [
      [eventFlowsApiRef, api],
      [catalogApiRef, catalog],
    ],
  });
}
