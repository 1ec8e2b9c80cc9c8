import { z } from 'zod';

/**
 * The names of the permissions of administration that the caller has. It lets
 * a screen show a button disabled, with the reason, instead of failing later,
 * and holds with the permission framework on and off alike.
 *
 * @public
 */
export const allowedSchema = z.object({ items: z.array(z.string()) });

/** See {@link allowedSchema}. @public */
export type Allowed = z.infer<typeof allowedSchema>;
