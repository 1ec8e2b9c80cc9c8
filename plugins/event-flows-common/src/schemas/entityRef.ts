import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { z } from 'zod';

/**
 * A full entity reference, `kind:namespace/name`.
 *
 * @public
 */
export const entityRefSchema = z
  .string()
  .max(200)
  .regex(
    /^[^:/\s]+:[^:/\s]+\/[^:/\s]+$/,
    'must be a full entity reference, like component:default/sentiment',
  );

/**
 * The spelling under which an entity reference is stored and compared: all
 * lower case, as the catalog does.
 *
 * @throws TypeError if the text is not a full entity reference
 * @public
 */
export function normalizeEntityRef(ref: string): string {
  return stringifyEntityRef(parseEntityRef(ref));
}
