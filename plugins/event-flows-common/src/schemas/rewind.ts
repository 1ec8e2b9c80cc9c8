import { z } from 'zod';
import { offsetSchema, partitionSchema } from './offset';
import { revisionSchema } from './revision';
import { timestampSchema } from './text';

/**
 * Where a queue is to go on: at the beginning or the end of its topic, with the
 * first record that is as young as a time, or at one offset of one partition,
 * which leaves the other partitions where they are.
 *
 * @public
 */
export const rewindToSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['earliest', 'latest']) }),
  z.strictObject({
    kind: z.literal('timestamp'),
    // Kafka takes -1 and -2 for the end and the beginning of a topic.
    timestamp: timestampSchema.refine(text => Date.parse(text) >= 0, {
      message: 'must not be before 1970',
    }),
  }),
  z.strictObject({
    kind: z.literal('offset'),
    partition: partitionSchema,
    offset: offsetSchema,
  }),
]);

/**
 * Asks what moving a queue's position would mean.
 *
 * @public
 */
export const previewRewindSchema = z.strictObject({ to: rewindToSchema });

/**
 * Moves the position of a queue that is disabled.
 *
 * @public
 */
export const rewindQueueSchema = z.strictObject({
  to: rewindToSchema,
  revision: revisionSchema,
});

/**
 * What moving a queue's position would mean, in records. Offsets are counted:
 * where a topic is compacted, or written to in transactions, there are fewer
 * records than these.
 *
 * @public
 */
export const rewindPreviewSchema = z.object({
  /** That are delivered from there on, up to the present end of the topic. */
  records: z.number().int(),
  /** Of these, before the present position: delivered for a second time. */
  again: z.number().int(),
  /** Between the present position and the new one: never delivered. */
  leftOut: z.number().int(),
  partitions: z.array(
    z.object({
      partition: z.number().int(),
      /** Offset of the next record to be done, as text; absent: none yet. */
      position: z.string().optional(),
      /** Where it would go on, as text. */
      target: z.string(),
    }),
  ),
});

/** See {@link rewindToSchema}. @public */
export type RewindTo = z.infer<typeof rewindToSchema>;
/** See {@link previewRewindSchema}. @public */
export type PreviewRewind = z.infer<typeof previewRewindSchema>;
/** See {@link rewindQueueSchema}. @public */
export type RewindQueue = z.infer<typeof rewindQueueSchema>;
/** See {@link rewindPreviewSchema}. @public */
export type RewindPreview = z.infer<typeof rewindPreviewSchema>;
