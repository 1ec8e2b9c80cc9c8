import { readFileSync } from 'node:fs';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { RELATION_OWNED_BY, type Entity } from '@backstage/catalog-model';
import { permissionRules } from '@backstage/plugin-catalog-backend/alpha';
import {
  catalogEntityDeletePermission,
  catalogEntityReadPermission,
} from '@backstage/plugin-catalog-common/alpha';
import {
  AuthorizeResult,
  type Permission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import { eventFlowsPermissions } from '@event-flows/backstage-plugin-event-flows-common';
import { ExamplePolicy } from './ExamplePolicy';

const OWNER_GROUP = 'group:default/nlp';

const people = {
  ada: ['user:default/ada', 'group:default/platform'],
  nils: ['user:default/nils', OWNER_GROUP, 'group:default/risk'],
  vera: ['user:default/vera', 'group:default/guests'],
};
type Person = keyof typeof people;

const sentiment = ownedBy(OWNER_GROUP);
const anomalyDetection = ownedBy('group:default/iot');

/** Everything that is not here is denied. */
const allowedOnSentiment: Record<Person, string[]> = {
  ada: eventFlowsPermissions.map(permission => permission.name),
  nils: [
    'event-flows.queue.read',
    'event-flows.queue.update',
    'event-flows.record.read',
  ],
  vera: ['event-flows.queue.read'],
};
const allowedOnAnomalyDetection: Record<Person, string[]> = {
  ada: allowedOnSentiment.ada,
  nils: ['event-flows.queue.read'],
  vera: ['event-flows.queue.read'],
};

describe('ExamplePolicy', () => {
  const cases = (Object.keys(people) as Person[]).flatMap(person =>
    eventFlowsPermissions.map(permission => ({
      person,
      permission,
      name: permission.name,
    })),
  );

  it.each(cases)(
    'decides what $person may: $name',
    async ({ person, permission }) => {
      const decision = await decide(person, permission);

      expect(holdsFor(decision, sentiment)).toBe(
        allowedOnSentiment[person].includes(permission.name),
      );
      expect(holdsFor(decision, anomalyDetection)).toBe(
        allowedOnAnomalyDetection[person].includes(permission.name),
      );
    },
  );

  it('knows every permission that the table speaks of', () => {
    const names = eventFlowsPermissions.map(permission => permission.name);
    expect(names).toEqual(expect.arrayContaining(allowedOnSentiment.nils));
    expect(names).toContain('event-flows.connection.create');
  });

  it('lets everyone read the catalog, and only administrators change it', async () => {
    for (const person of ['nils', 'vera'] as const) {
      expect(await decide(person, catalogEntityReadPermission)).toEqual({
        result: AuthorizeResult.ALLOW,
      });
      expect(await decide(person, catalogEntityDeletePermission)).toEqual({
        result: AuthorizeResult.DENY,
      });
    }
    expect(await decide('ada', catalogEntityDeletePermission)).toEqual({
      result: AuthorizeResult.ALLOW,
    });
  });

  it('is the one that the documentation shows', () => {
    const read = (path: string) => readFileSync(require.resolve(path), 'utf8');
    expect(read('../../../../docs/permissions.md')).toContain(
      read('./ExamplePolicy.ts'),
    );
  });

  it('allows nothing to who is not signed in', async () => {
    for (const permission of eventFlowsPermissions) {
      const policy = new ExamplePolicy(mockServices.userInfo());
      expect(await policy.handle({ permission })).toEqual({
        result: AuthorizeResult.DENY,
      });
    }
  });
});

async function decide(
  person: Person,
  permission: Permission,
): Promise<PolicyDecision> {
  const [userEntityRef] = people[person];
  const info = { userEntityRef, ownershipEntityRefs: people[person] };
  const policy = new ExamplePolicy(mockServices.userInfo(info));
  return policy.handle(
    { permission },
    { credentials: mockCredentials.user(userEntityRef), info },
  );
}

/** Applies a condition with the catalog's own rule, as the catalog would. */
function holdsFor(decision: PolicyDecision, entity: Entity): boolean {
  if (decision.result !== AuthorizeResult.CONDITIONAL) {
    return decision.result === AuthorizeResult.ALLOW;
  }
  const { conditions } = decision;
  if (!('rule' in conditions) || conditions.rule !== 'IS_ENTITY_OWNER') {
    throw new Error(`Unexpected condition ${JSON.stringify(conditions)}`);
  }
  return permissionRules.isEntityOwner.apply(entity, {
    claims: conditions.params?.claims as string[],
  });
}

function ownedBy(group: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'algorithm' },
    spec: { type: 'algorithm', owner: group },
    relations: [{ type: RELATION_OWNED_BY, targetRef: group }],
  };
}
