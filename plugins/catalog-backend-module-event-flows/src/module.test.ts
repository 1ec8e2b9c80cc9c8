import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { startTestBackend } from '@backstage/backend-test-utils';
import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  type Entity,
} from '@backstage/catalog-model';
import type { AlphaEntity } from '@backstage/catalog-model/alpha';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import {
  catalogProcessingExtensionPoint,
  catalogServiceRef,
} from '@backstage/plugin-catalog-node';
import catalogModuleEventFlows from '.';

const VERSION = 'event-flows.io/version';
const ENDPOINT = 'event-flows.io/endpoint';
const FAILURE_POINTER = 'event-flows.io/failure-pointer';

const valid = {
  [VERSION]: '1.0.2',
  [ENDPOINT]: 'https://algorithms.example.com/nlp/sentiment/1.0.2',
};

/** What is wrong with a version, and what the catalog has to say about it. */
const broken: Record<string, { entity: Entity; says: RegExp }> = {
  'no-version': {
    entity: version({ [ENDPOINT]: valid[ENDPOINT] }),
    says: /event-flows\.io\/version is missing.*1\.0\.2/,
  },
  'no-semantic-version': {
    entity: version({ ...valid, [VERSION]: 'one' }),
    says: /event-flows\.io\/version is not a semantic version.*1\.0\.2/,
  },
  'no-endpoint': {
    entity: version({ [VERSION]: valid[VERSION] }),
    says: /event-flows\.io\/endpoint is missing.*https:/,
  },
  'not-a-url': {
    entity: version({ ...valid, [ENDPOINT]: 'to be announced' }),
    says: /event-flows\.io\/endpoint is not a URL.*https:/,
  },
  'file-url': {
    entity: version({ ...valid, [ENDPOINT]: 'file:///etc/passwd' }),
    says: /event-flows\.io\/endpoint must be an http or https URL.*https:/,
  },
  'password-in-url': {
    entity: version({ ...valid, [ENDPOINT]: 'https://me:secret@example.com/' }),
    says: /event-flows\.io\/endpoint must not hold a user or password/,
  },
  'fragment-in-url': {
    entity: version({ ...valid, [ENDPOINT]: 'https://example.com/#part' }),
    says: /event-flows\.io\/endpoint must not have a fragment/,
  },
  'no-json-pointer': {
    entity: version({ ...valid, [FAILURE_POINTER]: 'error' }),
    says: /event-flows\.io\/failure-pointer is not a JSON Pointer.*\/error/,
  },
  'no-algorithm': {
    entity: version(valid, { subcomponentOf: undefined }),
    says: /spec\.subcomponentOf must name the algorithm.*component:default/,
  },
};

const fine: Record<string, Entity> = {
  valid: version(valid),
  'valid-pointer': version({ ...valid, [FAILURE_POINTER]: '/error' }),
  'other-component': version({}, { type: 'service' }),
};

describe('catalog module', () => {
  let catalog: Map<string, AlphaEntity>;

  beforeAll(async () => {
    catalog = await ingest({
      ...fine,
      ...Object.fromEntries(
        Object.entries(broken).map(([name, { entity }]) => [name, entity]),
      ),
    });
  });

  it.each(Object.keys(fine))('says nothing about %s', name => {
    expect(catalog.get(name)?.metadata.name).toBe(name);
    expect(catalog.get(name)?.status).toBeUndefined();
  });

  it.each(Object.keys(broken))(
    'keeps %s, and says on it what is wrong',
    name => {
      const { says } = broken[name];
      expect(catalog.get(name)?.status?.items).toEqual([
        {
          // What the entity page of the catalog shows as an error.
          type: 'backstage.io/catalog-processing',
          level: 'error',
          message: expect.stringMatching(says),
          error: { name: 'InputError', message: expect.stringMatching(says) },
        },
      ]);
    },
  );

  it('does not repeat a password', () => {
    const entity = catalog.get('password-in-url');
    expect(entity?.status).toBeDefined();
    expect(JSON.stringify(entity?.status)).not.toContain('secret');
  });
});

function version(
  annotations: Record<string, string>,
  spec: { type?: string; subcomponentOf?: string } = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'version', annotations },
    spec: {
      type: 'algorithm-version',
      lifecycle: 'production',
      owner: 'group:default/nlp',
      subcomponentOf: 'component:default/sentiment',
      ...spec,
    },
  };
}

/** Gives a real catalog these entities, and waits for what becomes of them. */
async function ingest(
  entities: Record<string, Entity>,
): Promise<Map<string, AlphaEntity>> {
  const deferred = Object.entries(entities).map(([name, entity]) => ({
    locationKey: 'test',
    entity: {
      ...entity,
      metadata: {
        ...entity.metadata,
        name,
        annotations: {
          ...entity.metadata.annotations,
          [ANNOTATION_LOCATION]: 'url:https://example.com/catalog.yaml',
          [ANNOTATION_ORIGIN_LOCATION]: 'url:https://example.com/catalog.yaml',
        },
      },
    },
  }));
  const provider = createBackendModule({
    pluginId: 'catalog',
    moduleId: 'test-provider',
    register(reg) {
      reg.registerInit({
        deps: { processing: catalogProcessingExtensionPoint },
        async init({ processing }) {
          processing.addEntityProvider({
            getProviderName: () => 'test',
            connect: connection =>
              connection.applyMutation({ type: 'full', entities: deferred }),
          });
        },
      });
    },
  });

  let readAll = async (): Promise<Entity[]> => [];
  const reader = createBackendPlugin({
    pluginId: 'reader',
    register(reg) {
      reg.registerInit({
        deps: { catalog: catalogServiceRef, auth: coreServices.auth },
        async init({ catalog, auth }) {
          readAll = async () => {
            const { items } = await catalog.getEntities(undefined, {
              credentials: await auth.getOwnServiceCredentials(),
            });
            return items;
          };
        },
      });
    },
  });

  await startTestBackend({
    features: [catalogPlugin, catalogModuleEventFlows, provider, reader],
  });
  for (;;) {
    const items = await readAll();
    if (items.length === deferred.length) {
      return new Map(items.map(item => [item.metadata.name, item]));
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
