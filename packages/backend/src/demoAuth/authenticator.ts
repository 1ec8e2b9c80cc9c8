import { isUserEntity } from '@backstage/catalog-model';
import { AuthenticationError } from '@backstage/errors';
import { createProxyAuthenticator } from '@backstage/plugin-auth-node';

/**
 * Names the chosen person. A custom header, so that no page of another origin
 * can send it.
 */
const PERSON_HEADER = 'x-demo-person';

/** Reads who was chosen on the sign-in page; accepts only who is listed. */
export const demoAuthenticator = createProxyAuthenticator({
  async defaultProfileTransform({ person }: { person: string }, ctx) {
    const { entity } = await ctx.findCatalogUser({ entityRef: person });
    return {
      profile: isUserEntity(entity)
        ? {
            displayName: entity.spec.profile?.displayName,
            email: entity.spec.profile?.email,
          }
        : {},
    };
  },
  initialize({ config }) {
    return {
      people: new Set(
        config
          .getConfigArray('people')
          .map(person => person.getString('user').toLocaleLowerCase('en-US')),
      ),
    };
  },
  async authenticate({ req }, { people }) {
    const person = req.header(PERSON_HEADER);
    if (!person) {
      throw new AuthenticationError(
        `Nobody was chosen: the request has no ${PERSON_HEADER} header`,
      );
    }
    if (!people.has(person)) {
      throw new AuthenticationError(
        'This person is not one of those in auth.providers.demo.people',
      );
    }
    return { result: { person } };
  },
});
