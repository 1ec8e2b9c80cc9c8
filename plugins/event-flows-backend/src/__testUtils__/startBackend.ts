import {
  coreServices,
  createServiceFactory,
  type ServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import {
  AuthorizeResult,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import type { JsonObject } from '@backstage/types';
import { eventFlowsRecordReadPermission } from '@event-flows/backstage-plugin-event-flows-common';
import type { DeliveryEngine } from '@event-flows/engine';
import request from 'supertest';
import { createEventFlowsPlugin } from '../createEventFlowsPlugin';
import { algorithm, algorithmVersion } from './entities';
import { liveCatalog } from './liveCatalog';

/** An administrator, an owner of algorithms, and someone who may look. */
export const PEOPLE = {
  ada: 'user:default/ada',
  olga: 'user:default/olga',
  vic: 'user:default/vic',
  rita: 'user:default/rita',
} as const;

/** One of {@link PEOPLE}. */
export type Person = keyof typeof PEOPLE;

const OWNERSHIP: Record<string, string[]> = {
  [PEOPLE.ada]: ['group:default/platform'],
  [PEOPLE.olga]: ['group:default/nlp'],
};

/** The catalog of these tests: two teams, two algorithms with versions. */
export const ENTITIES: Entity[] = [
  algorithm('sentiment'),
  algorithmVersion('sentiment', '1.0.0'),
  algorithmVersion('sentiment', '1.1.0'),
  algorithmVersion('sentiment', '2.0.0', { lifecycle: 'experimental' }),
  algorithmVersion('sentiment', '9.0.0', {
    lifecycle: 'deprecated',
    endpoint: 'https://elsewhere.example.com/',
  }),
  algorithm('fraud', 'group:default/risk'),
  algorithmVersion('fraud', '1.0.0'),
  { ...algorithm('website'), spec: { type: 'website' } },
];

/** The auth backend's answer, which knows each person's groups. */
const userInfoFactory = createServiceFactory({
  service: coreServices.userInfo,
  deps: {},
  factory: () => ({
    async getUserInfo(credentials) {
      const { userEntityRef } = (
        credentials as ReturnType<typeof mockCredentials.user>
      ).principal;
      return {
        userEntityRef,
        ownershipEntityRefs: [
          userEntityRef,
          ...(OWNERSHIP[userEntityRef] ?? []),
        ],
      };
    },
  }),
});

/** The permission backend's answer, without the round trip through it. */
const policyFactory = createServiceFactory({
  service: coreServices.permissions,
  deps: { auth: coreServices.auth },
  factory: ({ auth }) =>
    mockServices.permissions.mock({
      authorizeConditional: async (requests, requestOptions) =>
        requests.map(({ permission }) => {
          const { credentials } = requestOptions as {
            credentials: ReturnType<typeof mockCredentials.user>;
          };
          return !auth.isPrincipal(credentials, 'user') ||
            credentials.principal.userEntityRef === PEOPLE.ada
            ? { result: AuthorizeResult.ALLOW }
            : {
                result: AuthorizeResult.CONDITIONAL,
                pluginId: 'catalog',
                resourceType: permission.resourceType,
                conditions: { rule: 'IS_ENTITY_OWNER' },
              };
        }) as never,
      authorize: async (requests, requestOptions) =>
        requests.map(({ permission, resourceRef }) => {
          const { credentials } = requestOptions as {
            credentials: ReturnType<typeof mockCredentials.user>;
          };
          const ref = auth.isPrincipal(credentials, 'user')
            ? credentials.principal.userEntityRef
            : PEOPLE.ada;
          const owns =
            ref === PEOPLE.olga &&
            resourceRef === 'component:default/sentiment';
          const isAllowed =
            ref === PEOPLE.ada ||
            (permission.attributes.action === 'read' &&
              (permission.name !== eventFlowsRecordReadPermission.name ||
                ref === PEOPLE.rita)) ||
            (isResourcePermission(permission) && owns);
          return {
            result: isAllowed ? AuthorizeResult.ALLOW : AuthorizeResult.DENY,
          };
        }),
    }),
});

/** What an event of the auditor was, and what came of it. */
export interface RecordedEvent {
  eventId: string;
  meta?: JsonObject;
  outcome?: 'success' | 'failure';
  error?: string;
}

/** A running backend with the plugin, and the doors that tests need. */
export interface TestBackend {
  /** Requests in the name of someone; of nobody: without a token. */
  as(person?: Person): TestClient;
  asService(): TestClient;
  /** Where it listens on this machine. */
  port: number;
  events: RecordedEvent[];
  stop(): Promise<void>;
}

/** Sends requests below the plugin's base URL. */
export interface TestClient {
  get(path: string): request.Test;
  delete(path: string): request.Test;
  post(path: string, body: unknown): request.Test;
  put(path: string, body: unknown): request.Test;
}

/**
 * Starts a real backend around an engine.
 *
 * @param permissionsEnabled - with the framework, the policy is: the
 * administrator may do everything, the owner reads connections and topics and
 * has the queues of her algorithms and their records, the viewer reads all of
 * it but records, and one more reads these, too
 */
export async function startBackend(options: {
  engine: DeliveryEngine;
  permissionsEnabled: boolean;
  config?: JsonObject;
  entities?: Entity[];
  /** Instead of the one that fills `events`. */
  auditor?: ServiceFactory;
  /** Instead of the policy. */
  permissions?: ServiceFactory;
  features?: Parameters<typeof startTestBackend>[0]['features'];
}): Promise<TestBackend> {
  const events: RecordedEvent[] = [];
  const backend = await startTestBackend({
    features: [
      createEventFlowsPlugin(() => options.engine),
      createServiceFactory({
        service: catalogServiceRef,
        deps: {},
        factory: () => liveCatalog(options.entities ?? ENTITIES),
      }),
      mockServices.rootConfig.factory({
        data: {
          permission: { enabled: options.permissionsEnabled },
          eventFlows: {
            administrators: ['group:default/platform'],
            endpoints: { allow: ['https://algorithms.example.com/'] },
            secrets: {
              keys: [{ id: 'k', key: Buffer.alloc(32, 1).toString('base64') }],
            },
            delivery: { limits: { concurrency: 64 } },
            ...options.config,
          },
        },
      }),
      userInfoFactory,
      options.permissions ?? policyFactory,
      options.auditor ?? auditorFactory(events),
      ...(options.features ?? []),
    ],
  });
  return {
    as: person =>
      clientOf(
        backend.server,
        person
          ? mockCredentials.user.header(PEOPLE[person])
          : mockCredentials.none.header(),
      ),
    port: backend.server.port(),
    asService: () => clientOf(backend.server, mockCredentials.service.header()),
    events,
    stop: () => backend.stop(),
  };
}

function clientOf(
  server: Parameters<typeof request>[0],
  authorization: string,
): TestClient {
  const agent = request(server);
  const url = (path: string) => `/api/event-flows${path}`;
  return {
    get: path => agent.get(url(path)).set({ authorization }),
    delete: path => agent.delete(url(path)).set({ authorization }),
    post: (path, body) =>
      agent
        .post(url(path))
        .set({ authorization })
        .send(body as object),
    put: (path, body) =>
      agent
        .put(url(path))
        .set({ authorization })
        .send(body as object),
  };
}

function auditorFactory(events: RecordedEvent[]) {
  return createServiceFactory({
    service: coreServices.auditor,
    deps: {},
    factory: () => ({
      async createEvent({ eventId, meta }) {
        const event: RecordedEvent = { eventId, meta };
        events.push(event);
        return {
          async success() {
            event.outcome = 'success';
          },
          async fail({ error }) {
            event.outcome = 'failure';
            event.error = error.name;
          },
        };
      },
    }),
  });
}
