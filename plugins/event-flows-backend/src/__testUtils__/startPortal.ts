import { permissionsServiceFactory } from '@backstage/backend-defaults/permissions';
import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import permissionPlugin from '@backstage/plugin-permission-backend';
import type { PermissionPolicy } from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import algorithmModel from '@event-flows/backstage-plugin-catalog-backend-module-event-flows';
import type { DeliveryEngine } from '@event-flows/engine';
import { waitUntil } from '@event-flows/testbed';
import request from 'supertest';
// The demo's own policy, not a copy of it; no package holds it.
// eslint-disable-next-line @backstage/no-relative-monorepo-imports
import { ExamplePolicy } from '../../../../packages/backend/src/policy/ExamplePolicy';
import { createEventFlowsPlugin } from '../createEventFlowsPlugin';
import { algorithm, algorithmVersion } from './entities';

/** Everyone who can send a request, and as whom. */
export const CALLERS = {
  administrator: mockCredentials.user.header('user:default/ada'),
  owner: mockCredentials.user.header('user:default/olga'),
  foreignOwner: mockCredentials.user.header('user:default/rita'),
  viewer: mockCredentials.user.header('user:default/vic'),
  service: mockCredentials.service.header(),
  nobody: mockCredentials.none.header(),
};

/** One of {@link CALLERS}. */
export type CallerName = keyof typeof CALLERS;

/** The owner's algorithm is `sentiment`, that of the foreign owner `fraud`. */
const GROUPS: Record<string, string[]> = {
  'user:default/ada': ['group:default/platform'],
  'user:default/olga': ['group:default/nlp'],
  'user:default/rita': ['group:default/risk'],
};

const ENTITIES = [
  algorithm('sentiment'),
  algorithmVersion('sentiment', '1.0.0'),
  algorithm('fraud', 'group:default/risk'),
  algorithmVersion('fraud', '1.0.0'),
];

const userInfoFactory = createServiceFactory({
  service: coreServices.userInfo,
  deps: {},
  factory: () => ({
    async getUserInfo(credentials) {
      const { userEntityRef } = (
        credentials as ReturnType<typeof mockCredentials.user>
      ).principal;
      const groups = GROUPS[userEntityRef] ?? [];
      return { userEntityRef, ownershipEntityRefs: [userEntityRef, ...groups] };
    },
  }),
});

/** As the real one does, and the mock does not, it tells which plugin asks for a person. */
const authFactory = createServiceFactory({
  service: coreServices.auth,
  deps: { plugin: coreServices.pluginMetadata },
  factory({ plugin }) {
    const pluginId = plugin.getId();
    const auth = mockServices.auth({ pluginId });
    return mockServices.auth.mock({
      authenticate: token => auth.authenticate(token),
      isPrincipal: auth.isPrincipal.bind(auth),
      getNoneCredentials: () => auth.getNoneCredentials(),
      getOwnServiceCredentials: () => auth.getOwnServiceCredentials(),
      async getPluginRequestToken(options) {
        const { onBehalfOf } = options;
        const actor = { subject: `plugin:${pluginId}` };
        return auth.isPrincipal(onBehalfOf, 'user')
          ? {
              token: mockCredentials.user.token(
                onBehalfOf.principal.userEntityRef,
                { actor },
              ),
            }
          : auth.getPluginRequestToken(options);
      },
    });
  },
});

/** A portal with the real catalog and the real permission backend. */
export interface Portal {
  send(
    method: string,
    path: string,
    options?: { headers?: Record<string, string>; body?: unknown },
  ): Promise<request.Response>;
  stop(): Promise<void>;
}

/**
 * Starts a portal, and waits until the catalog has the algorithms.
 *
 * @param policy - what decides; undefined: the permission framework is off.
 * The default is the demo's example.
 */
export async function startPortal(options: {
  engine: DeliveryEngine;
  permissionsEnabled: boolean;
  policy?: (example: PermissionPolicy) => PermissionPolicy;
}): Promise<Portal> {
  const { engine, permissionsEnabled, policy = example => example } = options;
  const backend = await startTestBackend({
    features: [
      createEventFlowsPlugin(() => engine),
      catalogPlugin,
      algorithmModel,
      registering(ENTITIES),
      permissionPlugin,
      deciding(policy),
      permissionsServiceFactory,
      authFactory,
      userInfoFactory,
      // Whoever brings no token is nobody, as in a real backend.
      mockServices.httpAuth.factory({
        defaultCredentials: mockCredentials.none(),
      }),
      mockServices.rootConfig.factory({
        data: {
          permission: { enabled: permissionsEnabled },
          eventFlows: {
            administrators: ['group:default/platform'],
            endpoints: { allow: ['https://algorithms.example.com/'] },
            secrets: {
              keys: [{ id: 'k', key: Buffer.alloc(32, 1).toString('base64') }],
            },
          },
        },
      }),
    ],
  });
  const agent = request(backend.server);
  await waitUntil(
    async () => {
      const { body } = await agent
        .get('/api/catalog/entities?filter=kind=component')
        .set({ authorization: CALLERS.service });
      return body.length === ENTITIES.length;
    },
    { what: 'the catalog to have the algorithms', timeoutMs: 30_000 },
  );
  return {
    async send(method, path, { headers = {}, body } = {}) {
      const sent = agent[method as 'get'](`/api/event-flows${path}`).set(
        headers,
      );
      return body === undefined ? sent : sent.send(body as object);
    },
    stop: () => backend.stop(),
  };
}

function registering(entities: Entity[]) {
  const location = 'url:https://example.com/catalog-info.yaml';
  const deferred = entities.map(({ relations: _, ...entity }) => ({
    entity: {
      ...entity,
      metadata: {
        ...entity.metadata,
        annotations: {
          ...entity.metadata.annotations,
          'backstage.io/managed-by-location': location,
          'backstage.io/managed-by-origin-location': location,
        },
      },
    },
  }));
  return createBackendModule({
    pluginId: 'catalog',
    moduleId: 'registers-algorithms',
    register(env) {
      env.registerInit({
        deps: { processing: catalogProcessingExtensionPoint },
        async init({ processing }) {
          processing.addEntityProvider({
            getProviderName: () => 'algorithms',
            connect: connection =>
              connection.applyMutation({ type: 'full', entities: deferred }),
          });
        },
      });
    },
  });
}

function deciding(policy: (example: PermissionPolicy) => PermissionPolicy) {
  return createBackendModule({
    pluginId: 'permission',
    moduleId: 'policy',
    register(env) {
      env.registerInit({
        deps: { extension: policyExtensionPoint, info: coreServices.userInfo },
        async init({ extension, info }) {
          extension.setPolicy(policy(new ExamplePolicy(info)));
        },
      });
    },
  });
}
