import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import {
  catalogProcessingExtensionPoint,
  type CatalogService,
  catalogServiceRef,
} from '@backstage/plugin-catalog-node';
import algorithmModel from '@event-flows/backstage-plugin-catalog-backend-module-event-flows';
import { waitUntil } from '@event-flows/testbed';
import { algorithm, algorithmVersion } from '../__testUtils__/entities';
import { AlgorithmDirectory } from './AlgorithmDirectory';

const SENTIMENT = 'component:default/sentiment';
const FRAUD = 'component:default/fraud';
const credentials = mockCredentials.service();

/** As a person registers it: relations are the catalog's own. */
function registered({ relations: _, ...entity }: Entity): Entity {
  const location = 'url:https://example.com/catalog-info.yaml';
  return {
    ...entity,
    metadata: {
      ...entity.metadata,
      annotations: {
        ...entity.metadata.annotations,
        'backstage.io/managed-by-location': location,
        'backstage.io/managed-by-origin-location': location,
      },
    },
  };
}

const entities = [
  algorithm('sentiment'),
  algorithmVersion('sentiment', '1.0.0'),
  algorithmVersion('sentiment', '1.1.0'),
  algorithm('fraud', 'user:default/olga'),
  algorithmVersion('fraud', '1.0.0'),
  {
    ...algorithm('website'),
    spec: { ...algorithm('website').spec, type: 'website' },
  },
].map(registered);

/** With the real catalog: its relations and its filters are what counts here. */
describe('AlgorithmDirectory', () => {
  let backend: Awaited<ReturnType<typeof startTestBackend>>;
  let catalog: CatalogService | undefined;
  let directory: AlgorithmDirectory;

  beforeAll(async () => {
    const registers = createBackendModule({
      pluginId: 'catalog',
      moduleId: 'registers-algorithms',
      register(env) {
        env.registerInit({
          deps: {
            processing: catalogProcessingExtensionPoint,
            service: catalogServiceRef,
          },
          async init({ processing, service }) {
            catalog = service;
            processing.addEntityProvider({
              getProviderName: () => 'algorithms',
              connect: connection =>
                connection.applyMutation({
                  type: 'full',
                  entities: entities.map(entity => ({ entity })),
                }),
            });
          },
        });
      },
    });
    backend = await startTestBackend({
      features: [
        catalogPlugin,
        algorithmModel,
        registers,
        mockServices.rootConfig.factory({
          data: { catalog: { processingInterval: { seconds: 1 } } },
        }),
      ],
    });
    if (!catalog) {
      throw new Error('The catalog did not start');
    }
    directory = new AlgorithmDirectory(catalog, {
      algorithmType: 'algorithm',
      algorithmVersionType: 'algorithm-version',
    });
    await waitUntil(
      async () => {
        const versions = await directory.versionsOf(
          [SENTIMENT, FRAUD],
          credentials,
        );
        const owners = await directory.ownersOf(
          [SENTIMENT, FRAUD],
          credentials,
        );
        return (
          [...versions.values()].flat().length === 3 &&
          [...owners.values()].flat().length === 2
        );
      },
      { what: 'the catalog to process everything', timeoutMs: 20_000 },
    );
  }, 30_000);

  afterAll(() => backend?.stop());

  it('finds the versions of each algorithm', async () => {
    const versions = await directory.versionsOf(
      [SENTIMENT, FRAUD],
      credentials,
    );
    expect(
      [...versions].map(([ref, list]) => [
        ref,
        list.map(version => version.ref).sort(),
      ]),
    ).toEqual([
      [
        SENTIMENT,
        [
          'component:default/sentiment-1-0-0',
          'component:default/sentiment-1-1-0',
        ],
      ],
      [FRAUD, ['component:default/fraud-1-0-0']],
    ]);
    const [version] = versions.get(FRAUD) ?? [];
    expect(version).toMatchObject({
      valid: true,
      version: '1.0.0',
      endpoint: 'https://algorithms.example.com/fraud/1.0.0',
    });
    expect(
      await directory.versionsOf(['component:default/unknown'], credentials),
    ).toEqual(new Map([['component:default/unknown', []]]));
    expect(await directory.versionsOf([], credentials)).toEqual(new Map());
  });

  it('knows who owns an algorithm', async () => {
    expect(
      await directory.ownersOf(
        [SENTIMENT, FRAUD, 'user:default/olga'],
        credentials,
      ),
    ).toEqual(
      new Map([
        [SENTIMENT, ['group:default/nlp']],
        [FRAUD, ['user:default/olga']],
      ]),
    );
  });

  it('tells algorithms from everything else', async () => {
    const known = await directory.filterAlgorithms(
      [
        SENTIMENT,
        'component:default/website',
        'component:default/sentiment-1-0-0',
        'component:default/unknown',
        'group:default/nlp',
      ],
      credentials,
    );
    expect(known).toEqual(new Set([SENTIMENT]));
  });
});
