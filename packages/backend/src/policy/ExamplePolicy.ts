import type { UserInfoService } from '@backstage/backend-plugin-api';
import {
  catalogConditions,
  createCatalogConditionalDecision,
} from '@backstage/plugin-catalog-backend/alpha';
import {
  catalogEntityReadPermission,
  catalogLocationReadPermission,
} from '@backstage/plugin-catalog-common/alpha';
import {
  AuthorizeResult,
  isPermission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import {
  eventFlowsQueueReadPermission,
  eventFlowsQueueUpdatePermission,
  eventFlowsRecordReadPermission,
} from '@event-flows/backstage-plugin-event-flows-common';

/** Whoever belongs to this group administers the portal. */
const ADMINISTRATORS = 'group:default/platform';

/** What everyone who is signed in may do. */
const EVERYONE = [
  catalogEntityReadPermission,
  catalogLocationReadPermission,
  eventFlowsQueueReadPermission,
];

const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

/**
 * An example of a permission policy for Event Flows, in four rules:
 *
 * 1. Who is not signed in may do nothing.
 * 2. Administrators may do everything.
 * 3. Everyone may look at the catalog and at the queues of its algorithms.
 * 4. The owners of an algorithm may enable, edit and disable its queues, and
 *    look at the records that these read.
 *
 * All else is denied. So clusters, topics and the access to them
 * (`event-flows.connection.*`, `event-flows.topic.read`,
 * `event-flows.access.update`) are the administrators' alone, and the Queue
 * manager is not even shown to others.
 */
export class ExamplePolicy implements PermissionPolicy {
  readonly #userInfo: UserInfoService;

  constructor(userInfo: UserInfoService) {
    this.#userInfo = userInfo;
  }

  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    if (!user) {
      return DENY;
    }

    // The user and the groups that the user belongs to.
    const { ownershipEntityRefs } = await this.#userInfo.getUserInfo(
      user.credentials,
    );

    if (ownershipEntityRefs.includes(ADMINISTRATORS)) {
      return ALLOW;
    }

    if (EVERYONE.some(allowed => isPermission(permission, allowed))) {
      return ALLOW;
    }

    // Asked about one algorithm at a time, by its entity ref. Who owns it is
    // for the catalog to say, so the answer is a condition, not a yes or no.
    if (
      isPermission(permission, eventFlowsQueueUpdatePermission) ||
      isPermission(permission, eventFlowsRecordReadPermission)
    ) {
      return createCatalogConditionalDecision(
        permission,
        catalogConditions.isEntityOwner({ claims: ownershipEntityRefs }),
      );
    }

    return DENY;
  }
}
