import type {
  AuditorService,
  AuthService,
  HttpAuthService,
  LoggerService,
  PermissionsService,
  SchedulerService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { SignalsService } from '@backstage/plugin-signals-node';
import type { DeliveryEngine } from '@event-flows/engine';
import type { Knex } from 'knex';
import type { EventFlowsConfig } from '../config';

/** What the plugin is put together with. */
export interface EventFlowsOptions {
  auditor: AuditorService;
  auth: AuthService;
  catalog: CatalogService;
  config: EventFlowsConfig;
  db: Knex;
  engine: DeliveryEngine;
  httpAuth: HttpAuthService;
  logger: LoggerService;
  notifications: NotificationService;
  now: () => number;
  permissions: PermissionsService;
  permissionsEnabled: boolean;
  scheduler: SchedulerService;
  signals: SignalsService;
  userInfo: UserInfoService;
}
