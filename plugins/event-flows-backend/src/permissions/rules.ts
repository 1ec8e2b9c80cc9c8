import { NotAllowedError } from '@backstage/errors';
import type { BasicPermission } from '@backstage/plugin-permission-common';
import type { Authorizer } from './Authorizer';
import type { Caller } from './Caller';

/** @throws NotAllowedError naming the first permission that the caller lacks */
export async function requirePermissions(
  authorizer: Authorizer,
  caller: Caller,
  ...permissions: BasicPermission[]
): Promise<void> {
  const held = await authorizer.filterPermissions(
    caller.credentials,
    permissions,
  );
  const missing = permissions.find(({ name }) => !held.has(name));
  if (missing) {
    throw new NotAllowedError(
      `You need the permission ${missing.name}; ask an administrator of the portal`,
    );
  }
}

/** Whether the caller has the permission. */
export async function hasPermission(
  authorizer: Authorizer,
  caller: Caller,
  permission: BasicPermission,
): Promise<boolean> {
  const held = await authorizer.filterPermissions(caller.credentials, [
    permission,
  ]);
  return held.has(permission.name);
}
