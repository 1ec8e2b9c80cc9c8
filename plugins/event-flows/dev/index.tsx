import '@backstage/cli/asset-types';
import { createDevApp } from '@backstage/frontend-dev-utils';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import plugin, { eventFlowsApiRef } from '../src';
import { InMemoryEventFlows } from '../src/testSupport/InMemoryEventFlows';
import { sampleEntities, sampleState } from './sample';

/** The plugin alone, with a backend and a catalog in memory. */
createDevApp({
  features: [
    catalogPlugin.withOverrides({
      extensions: [
        catalogPlugin.getExtension('api:catalog').override({
          params: define =>
            define({
              api: catalogApiRef,
              deps: {},
              factory: () => catalogApiMock({ entities: sampleEntities }),
            }),
        }),
      ],
    }),
    plugin.withOverrides({
      extensions: [
        plugin.getExtension('api:event-flows').override({
          params: define =>
            define({
              api: eventFlowsApiRef,
              deps: {},
              factory: () => new InMemoryEventFlows(sampleState),
            }),
        }),
      ],
    }),
  ],
});
