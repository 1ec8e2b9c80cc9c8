import '@backstage/cli/asset-types';
import { createApp } from '@backstage/frontend-defaults';
import appPlugin from '@backstage/plugin-app';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import './styles.css';
import { createRoot } from 'react-dom/client';
import plugin, { eventFlowsApiRef } from '../src';
import { InMemoryEventFlows } from '../src/__testUtils__/InMemoryEventFlows';
import { sampleEntities, sampleState } from './sample';

/** The plugin alone, with a backend and a catalog in memory. */
const app = createApp({
  features: [
    appPlugin.withOverrides({
      extensions: [
        appPlugin.getExtension('sign-in-page:app').override({ disabled: true }),
      ],
    }),
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

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(app.createRoot());
}
