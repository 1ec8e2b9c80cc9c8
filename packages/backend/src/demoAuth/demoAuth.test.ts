import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { JsonObject } from '@backstage/types';
import authPlugin from '@backstage/plugin-auth-backend';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import demoAuthModule from '.';

const people = [
  { user: 'user:default/ada', name: 'Ada', role: 'Administrator' },
];

/** The catalog alone is a mock: it has one user, and that is all it is for. */
const catalog = catalogServiceMock.factory({
  entities: ['ada', 'eve'].map(name => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { name },
    spec: {
      profile: { displayName: 'Ada Okafor', email: 'ada@example.com' },
      memberOf: [],
    },
    relations: [{ type: 'memberOf', targetRef: 'group:default/platform' }],
  })),
});

function start(options: { host?: string; providers: JsonObject }) {
  const logger = mockServices.logger.mock();
  logger.child.mockReturnValue(logger);
  const backend = startTestBackend({
    features: [
      authPlugin,
      demoAuthModule,
      catalog,
      logger.factory,
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost:7007' },
          backend: {
            baseUrl: 'http://localhost:7007',
            listen: { ...(options.host && { host: options.host }), port: 0 },
            database: { client: 'better-sqlite3', connection: ':memory:' },
          },
          auth: { providers: options.providers },
        },
      }),
    ],
  });
  return { backend, logger };
}

async function refresh(
  { backend }: ReturnType<typeof start>,
  person?: string,
): Promise<Response> {
  const { server } = await backend;
  return fetch(
    `http://127.0.0.1:${server.port()}/api/auth/demo/refresh`,
    person ? { headers: { 'x-demo-person': person } } : {},
  );
}

describe('demo sign-in', () => {
  it('signs in who is listed, and warns that it is on', async () => {
    const started = start({
      host: '127.0.0.1',
      providers: { demo: { people } },
    });

    const response = await refresh(started, 'user:default/ada');

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      profile: { displayName: 'Ada Okafor', email: 'ada@example.com' },
      backstageIdentity: {
        token: expect.any(String),
        identity: {
          userEntityRef: 'user:default/ada',
          ownershipEntityRefs: expect.arrayContaining([
            'group:default/platform',
          ]),
        },
      },
    });
    expect(started.logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('Demo sign-in is on'),
    );
  });

  it.each(['user:default/eve', 'user:default/nobody', undefined])(
    'refuses %s, who is not listed',
    async person => {
      const started = start({
        host: '127.0.0.1',
        providers: { demo: { people } },
      });

      expect((await refresh(started, person)).status).toBe(401);
    },
  );

  it.each([{}, { demo: null }])(
    'does not exist unless it is configured: %j',
    async providers => {
      const started = start({ host: '0.0.0.0', providers });

      expect((await refresh(started, 'user:default/ada')).status).toBe(404);
      expect(started.logger.warn).not.toHaveBeenCalledWith(
        expect.stringContaining('Demo sign-in'),
      );
    },
  );

  it.each(['0.0.0.0', '10.0.0.1', '::', '127.evil.example', undefined])(
    'refuses to start on %s, which others can reach',
    async host => {
      const { backend } = start({ host, providers: { demo: { people } } });

      await expect(backend).rejects.toThrow(
        /needs backend\.listen\.host to be 127\.0\.0\.1/,
      );
    },
  );
});
