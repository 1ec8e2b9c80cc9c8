import { z } from 'zod';

/**
 * Lets algorithms publish at a connection wherever they may at another one of
 * the same cluster.
 *
 * @public
 */
export const copyPublishersSchema = z.strictObject({
  /** The connection where they may. */
  from: z.uuid('must be the id of a connection'),
  /** Only find out what there is to copy; nothing changes. */
  checkOnly: z.boolean().optional(),
});

/**
 * Access that was given, or would be.
 *
 * @public
 */
export const copiedPublisherSchema = z.object({
  topic: z.string(),
  algorithmRef: z.string(),
});

/** See {@link copyPublishersSchema}. @public */
export type CopyPublishers = z.infer<typeof copyPublishersSchema>;
/** See {@link copiedPublisherSchema}. @public */
export type CopiedPublisher = z.infer<typeof copiedPublisherSchema>;
