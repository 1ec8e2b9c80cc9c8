import { z } from 'zod';
import { revisionSchema } from './revision';

/**
 * Moves a queue to another connection of the same cluster: it goes on there
 * from where it is.
 *
 * @public
 */
export const moveQueueSchema = z.strictObject({
  /** Where it goes. */
  connectionId: z.uuid('must be the id of a connection'),
  revision: revisionSchema,
  /** Only find out whether it could be moved; nothing changes. */
  checkOnly: z.boolean().optional(),
});

/** See {@link moveQueueSchema}. @public */
export type MoveQueue = z.infer<typeof moveQueueSchema>;
