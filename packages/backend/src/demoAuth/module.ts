import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  authProvidersExtensionPoint,
  createProxyAuthProviderFactory,
} from '@backstage/plugin-auth-node';
import { demoAuthenticator } from './authenticator';
import { requireLoopback } from './requireLoopback';

/**
 * The sign-in of the demo: choose a person, no password.
 *
 * It exists only while `auth.providers.demo` is configured, says so at every
 * start, and refuses to start on an address that others can reach.
 */
export const demoAuthModule = createBackendModule({
  pluginId: 'auth',
  moduleId: 'demo-provider',
  register(reg) {
    reg.registerInit({
      deps: {
        providers: authProvidersExtensionPoint,
        config: coreServices.rootConfig,
        logger: coreServices.logger,
      },
      async init({ providers, config, logger }) {
        if (!config.has('auth.providers.demo')) {
          return;
        }
        requireLoopback(config);
        logger.warn(
          'Demo sign-in is on: everyone who can reach this portal can sign in as any of the people in auth.providers.demo, without a password. Remove auth.providers.demo for anything but a demo.',
        );
        providers.registerProvider({
          providerId: 'demo',
          factory: createProxyAuthProviderFactory({
            authenticator: demoAuthenticator,
            signInResolver: ({ result }, ctx) =>
              ctx.signInWithCatalogUser({ entityRef: result.person }),
          }),
        });
      },
    });
  },
});
