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

/**
 * Backstage's permission backend, and the catalog's part of it, take bodies of
 * 100 kB; the latter gets all groups of the caller once for each algorithm.
 */
const REFS_AT_ONCE = 25;

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
    // Most policies need to know no algorithm to decide about all of them.
    const [{ result }] = await this.#permissions.authorizeConditional(
      [{ permission }],
      { credentials },
    );
    if (result !== AuthorizeResult.CONDITIONAL) {
      return new Set(result === AuthorizeResult.ALLOW ? refs : []);
    }
    const parts = Array.from(
      { length: Math.ceil(refs.length / REFS_AT_ONCE) },
      (_, part) => refs.slice(part * REFS_AT_ONCE, (part + 1) * REFS_AT_ONCE),
    );
    const decided = await Promise.all(
      parts.map(part =>
        this.#permissions.authorize(
          part.map(resourceRef => ({ permission, resourceRef })),
          { credentials },
        ),
      ),
    );
    const decisions = decided.flat();
    return new Set(
      refs.filter((_, i) => decisions[i].result === AuthorizeResult.ALLOW),
    );
  }
}
