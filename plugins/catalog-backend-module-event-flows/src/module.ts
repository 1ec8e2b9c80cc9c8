import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { AlgorithmVersionProcessor } from './AlgorithmVersionProcessor';
import { readAlgorithmVersionType } from './config';

/**
 * Teaches the catalog what an algorithm version is: a version that cannot be
 * delivered to shows what is wrong on its entity page.
 *
 * @public
 */
export const catalogModuleEventFlows = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'event-flows',
  register(reg) {
    reg.registerInit({
      deps: {
        catalog: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
        logger: coreServices.logger,
      },
      async init({ catalog, config, logger }) {
        catalog.addProcessor(
          new AlgorithmVersionProcessor({
            versionType: readAlgorithmVersionType(config),
            logger,
          }),
        );
      },
    });
  },
});
