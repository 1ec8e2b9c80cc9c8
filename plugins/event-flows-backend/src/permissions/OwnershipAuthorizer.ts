import type {
  AuthService,
  BackstageCredentials,
  BackstageUserPrincipal,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import type { BasicPermission } from '@backstage/plugin-permission-common';
import { eventFlowsQueueReadPermission } from '@event-flows/backstage-plugin-event-flows-common';
import type { Authorizer, QueuePermission } from './Authorizer';

/** Tells who owns which algorithm. */
export interface AlgorithmOwners {
  /** Entity refs of the owners of each algorithm that the caller can see. */
  ownersOf(
    algorithmRefs: readonly string[],
    credentials: BackstageCredentials,
  ): Promise<Map<string, string[]>>;
}

/**
 * Decides where the permission framework is switched off: administration is
 * for the configured administrators, queues are changed by them and by the
 * owners of their algorithm, and seen by everyone who is signed in.
 *
 * Other services of the backend and external tokens are no people: for them the
 * framework's own rule holds (allowed, within the token's access restrictions),
 * which it applies whether it is switched on or off.
 */
export class OwnershipAuthorizer implements Authorizer {
  readonly #administrators: ReadonlySet<string>;
  readonly #auth: AuthService;
  readonly #userInfo: UserInfoService;
  readonly #owners: AlgorithmOwners;
  readonly #forServices: Authorizer;

  constructor(options: {
    /** Entity refs of users and groups. */
    administrators: readonly string[];
    auth: AuthService;
    userInfo: UserInfoService;
    owners: AlgorithmOwners;
    forServices: Authorizer;
  }) {
    this.#administrators = new Set(options.administrators);
    this.#auth = options.auth;
    this.#userInfo = options.userInfo;
    this.#owners = options.owners;
    this.#forServices = options.forServices;
  }

  async filterPermissions(
    credentials: BackstageCredentials,
    permissions: readonly BasicPermission[],
  ): Promise<Set<string>> {
    if (!this.#isUser(credentials)) {
      return this.#forServices.filterPermissions(credentials, permissions);
    }
    const claims = await this.#claimsOf(credentials);
    return new Set(
      this.#isAdministrator(claims) ? permissions.map(({ name }) => name) : [],
    );
  }

  async filterAlgorithms(
    credentials: BackstageCredentials,
    permission: QueuePermission,
    algorithmRefs: readonly string[],
  ): Promise<Set<string>> {
    if (!this.#isUser(credentials)) {
      return this.#forServices.filterAlgorithms(
        credentials,
        permission,
        algorithmRefs,
      );
    }
    if (permission.name === eventFlowsQueueReadPermission.name) {
      return new Set(algorithmRefs);
    }
    const claims = await this.#claimsOf(credentials);
    if (this.#isAdministrator(claims)) {
      return new Set(algorithmRefs);
    }
    const owners = await this.#owners.ownersOf(algorithmRefs, credentials);
    return new Set(
      algorithmRefs.filter(ref =>
        owners.get(ref)?.some(owner => claims.has(owner)),
      ),
    );
  }

  #isUser(
    credentials: BackstageCredentials,
  ): credentials is BackstageCredentials<BackstageUserPrincipal> {
    return this.#auth.isPrincipal(credentials, 'user');
  }

  async #claimsOf(
    credentials: BackstageCredentials<BackstageUserPrincipal>,
  ): Promise<Set<string>> {
    const info = await this.#userInfo.getUserInfo(credentials);
    return new Set(
      [info.userEntityRef, ...info.ownershipEntityRefs].map(ref =>
        ref.toLocaleLowerCase('en-US'),
      ),
    );
  }

  #isAdministrator(claims: ReadonlySet<string>): boolean {
    return [...claims].some(claim => this.#administrators.has(claim));
  }
}
