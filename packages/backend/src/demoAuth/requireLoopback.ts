import { isIP } from 'node:net';
import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';

/**
 * Refuses a portal that others can reach: a sign-in without passwords must not
 * leave the machine, however the configuration came to be.
 *
 * @throws InputError where `backend.listen.host` is not a loopback address.
 */
export function requireLoopback(config: RootConfigService): void {
  const host = config.getOptionalString('backend.listen.host');
  if (host === undefined || !isLoopback(host)) {
    throw new InputError(
      `auth.providers.demo lets anyone sign in as anyone, so it needs backend.listen.host to be 127.0.0.1; it is ${
        host ?? 'not set, which means every address of this machine'
      }. Set it, or remove auth.providers.demo`,
    );
  }
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}
