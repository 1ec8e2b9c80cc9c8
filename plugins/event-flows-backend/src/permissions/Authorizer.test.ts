import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { eventFlowsQueueReadPermission } from '@event-flows/backstage-plugin-event-flows-common';
import { FrameworkAuthorizer } from './Authorizer';

/** What Backstage's permission backend reads of a body, as of 1.57. */
const MAX_BODY_BYTES = 102_400;
const REFS = Array.from(
  { length: 1_000 },
  (_, index) => `component:default/an-algorithm-of-some-team-${index}`,
);

describe('the permission framework', () => {
  /** What it is asked, of which it allows every other algorithm. */
  function framework(
    decision: AuthorizeResult,
    bytesOf: (items: object[]) => number,
  ) {
    const permissions = mockServices.permissions.mock({
      authorizeConditional: async () => [{ result: decision }] as never,
      authorize: async items => {
        if (bytesOf(items) > MAX_BODY_BYTES) {
          throw new Error('413 Payload Too Large');
        }
        return items.map(({ resourceRef }) => ({
          result: /[02468]$/.test(resourceRef ?? '')
            ? AuthorizeResult.ALLOW
            : AuthorizeResult.DENY,
        }));
      },
    });
    const allowed = new FrameworkAuthorizer(permissions).filterAlgorithms(
      mockCredentials.user(),
      eventFlowsQueueReadPermission,
      [...REFS, ...REFS],
    );
    return { permissions, allowed };
  }

  it.each([
    ['that is allowed', AuthorizeResult.ALLOW, REFS],
    ['that is denied', AuthorizeResult.DENY, []],
  ])(
    'is asked once about all algorithms for what a policy says %s',
    async (_, decision, expected) => {
      const { permissions, allowed } = framework(decision, () => 0);
      expect([...(await allowed)]).toEqual(expected);
      expect(permissions.authorize).not.toHaveBeenCalled();
    },
  );

  it('is not asked more at a time than it reads', async () => {
    // With an id for each, as the client sends it.
    const { allowed } = framework(AuthorizeResult.CONDITIONAL, items =>
      Buffer.byteLength(
        JSON.stringify(items.map(item => ({ id: 'x'.repeat(36), ...item }))),
      ),
    );
    expect((await allowed).size).toBe(500);
  });

  it('nor than the catalog reads of it, which is told the groups of the caller each time', async () => {
    const claims = Array.from(
      { length: 100 },
      () => 'group:default/a-team-name',
    );
    const { allowed } = framework(AuthorizeResult.CONDITIONAL, items =>
      Buffer.byteLength(
        JSON.stringify(items.map(item => ({ ...item, params: { claims } }))),
      ),
    );
    expect((await allowed).size).toBe(500);
  });
});
