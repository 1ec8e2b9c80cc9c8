import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { DemoEndpointProcessor } from './DemoEndpointProcessor';

/**
 * Lets the demo choose the port of its algorithms: catalog files cannot read
 * the environment, the configuration can. Does nothing unless
 * `demo.algorithmsUrl` is set.
 */
export const demoCatalogModule = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'demo-endpoints',
  register(reg) {
    reg.registerInit({
      deps: {
        catalog: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
      },
      async init({ catalog, config }) {
        const algorithmsUrl = config.getOptionalString('demo.algorithmsUrl');
        if (algorithmsUrl) {
          catalog.addProcessor(new DemoEndpointProcessor(algorithmsUrl));
        }
      },
    });
  },
});
