import {
  normalizeEntityRef,
  updateAccessSchema,
} from '@event-flows/backstage-plugin-event-flows-common';

/** A new list of access, each algorithm once and spelt in one way. */
export const updateAccessInputSchema = updateAccessSchema.transform(
  (update, context) => {
    update.access.forEach(({ algorithmRef }, index) => {
      // Control characters are no part of a name, and no database takes all of them.
      if (/\p{Cc}/u.test(algorithmRef)) {
        context.addIssue({
          code: 'custom',
          path: ['access', index, 'algorithmRef'],
          message: 'must not contain control characters',
        });
      }
    });
    const access = update.access.map(entry => ({
      ...entry,
      algorithmRef: normalizeEntityRef(entry.algorithmRef),
    }));
    const refs = new Set(access.map(({ algorithmRef }) => algorithmRef));
    if (refs.size < access.length) {
      context.addIssue({
        code: 'custom',
        path: ['access'],
        message: 'each algorithm only once',
      });
    }
    return { ...update, access };
  },
);
