import type {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  AuthorizeResult,
  type BasicPermission,
  type ResourcePermission,
} from '@backstage/plugin-permission-common';

/** A permission about the queues of one algorithm. */
export type QueuePermission = ResourcePermission<'catalog-entity'>;

/** Answers what a caller may do. Throws only where it cannot find out. */
export interface Authorizer {
  /** Which of these permissions, about clusters and topics, the caller has. */
  filterPermissions(
    credentials: BackstageCredentials,
    permissions: readonly BasicPermission[],
  ): Promise<Set<string>>;

  /** For which of these algorithms the caller has the permission. */
  filterAlgorithms(
    credentials: BackstageCredentials,
    permission: QueuePermission,
    algorithmRefs: readonly string[],
  ): Promise<Set<string>>;
}

/** Leaves every decision to the permission framework. */
export class FrameworkAuthorizer implements Authorizer {
  readonly #permissions: PermissionsService;

  constructor(permissions: PermissionsService) {
    this.#permissions = permissions;
  }

  async filterPermissions(
    credentials: BackstageCredentials,
    permissions: readonly BasicPermission[],
  ): Promise<Set<string>> {
    const decisions = await this.#permissions.authorize(
      permissions.map(permission => ({ permission })),
      { credentials },
    );
    return new Set(
      permissions
        .filter((_, i) => decisions[i].result === AuthorizeResult.ALLOW)
        .map(({ name }) => name),
    );
  }

  async filterAlgorithms(
    credentials: BackstageCredentials,
    permission: QueuePermission,
    algorithmRefs: readonly string[],
  ): Promise<Set<string>> {
    const refs = [...new Set(algorithmRefs)];
    if (refs.length === 0) {
      return new Set();
    }
    const decisions = await this.#permissions.authorize(
      refs.map(resourceRef => ({ permission, resourceRef })),
      { credentials },
    );
    return new Set(
      refs.filter((_, i) => decisions[i].result === AuthorizeResult.ALLOW),
    );
  }
}
