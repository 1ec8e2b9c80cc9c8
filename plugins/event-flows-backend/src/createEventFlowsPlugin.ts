import {
  coreServices,
  createBackendPlugin,
  type LoggerService,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { eventFlowsPermissions } from '@event-flows/backstage-plugin-event-flows-common';
import type { DeliveryEngine } from '@event-flows/engine';
import { type EventFlowsConfig, readEventFlowsConfig } from './config';
import { createEventFlows } from './createEventFlows';
import { openDatabase } from './database/migrate';

/** Wires the plugin around any engine; tests bring their own. */
export function createEventFlowsPlugin(
  createEngine: (
    config: EventFlowsConfig,
    logger: LoggerService,
  ) => DeliveryEngine,
) {
  return createBackendPlugin({
    pluginId: 'event-flows',
    register(env) {
      env.registerInit({
        deps: {
          auditor: coreServices.auditor,
          auth: coreServices.auth,
          catalog: catalogServiceRef,
          database: coreServices.database,
          httpAuth: coreServices.httpAuth,
          httpRouter: coreServices.httpRouter,
          lifecycle: coreServices.lifecycle,
          logger: coreServices.logger,
          notifications: notificationService,
          permissions: coreServices.permissions,
          permissionsRegistry: coreServices.permissionsRegistry,
          rootConfig: coreServices.rootConfig,
          scheduler: coreServices.scheduler,
          signals: signalsServiceRef,
          userInfo: coreServices.userInfo,
        },
        async init({ database, httpRouter, lifecycle, ...services }) {
          const { logger, permissionsRegistry, rootConfig } = services;
          const config = readEventFlowsConfig(rootConfig);
          permissionsRegistry.addPermissions(eventFlowsPermissions);
          const eventFlows = createEventFlows({
            ...services,
            config,
            permissionsEnabled:
              rootConfig.getOptionalBoolean('permission.enabled') ?? false,
            db: await openDatabase(database),
            engine: createEngine(config, logger),
            now: Date.now,
          });
          lifecycle.addShutdownHook(() => eventFlows.close());
          await eventFlows.start();
          httpRouter.use(eventFlows.router);
        },
      });
    },
  });
}
