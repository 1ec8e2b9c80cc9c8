import { z } from 'zod';
import { entityRefSchema } from './entityRef';
import { queuePhaseSchema, queueStateSchema } from './queue';
import { revisionSchema } from './revision';
import { timestampSchema } from './text';

/**
 * How an algorithm uses a topic: it is sent its records, or what it answers can
 * be published there.
 *
 * @public
 */
export const apiTypeSchema = z.enum(['subscriber', 'publisher']);

/**
 * A topic in the list of a connection's topics.
 *
 * @public
 */
export const topicSummarySchema = z.object({
  name: z.string(),
  partitions: z.number().int(),
  /** Belongs to Kafka itself, like `__consumer_offsets`. */
  internal: z.boolean(),
  /** How many algorithms have access. */
  algorithms: z.number().int(),
  algorithmRefs: z.array(z.string()),
  queuesEnabled: z.number().int(),
  /** High minus low watermarks; absent where the cluster did not tell. */
  approximateRecords: z.number().int().optional(),
});

/**
 * A connection's topics: from the cluster, or, where it does not answer, as
 * they were known last.
 *
 * @public
 */
export const topicListSchema = z.object({
  items: z.array(topicSummarySchema),
  /** When the cluster told it; absent if it never did. */
  knownAt: timestampSchema.optional(),
  /** Why the cluster could not be asked now; the list is the last known one. */
  unreachable: z.object({ reason: z.string(), message: z.string() }).optional(),
});

/**
 * One algorithm's access to a topic, and, of a subscriber, its queue.
 *
 * @public
 */
export const accessEntrySchema = z.object({
  algorithmRef: z.string(),
  apiType: apiTypeSchema,
  queueId: z.string().optional(),
  state: queueStateSchema.optional(),
  phase: queuePhaseSchema.optional(),
  /**
   * The algorithm was deleted and created anew in the catalog since it was
   * given access: the new one has none.
   */
  recreated: z.boolean().optional(),
});

/**
 * One topic, from the cluster, and the algorithms with access, from the store.
 *
 * @public
 */
export const topicDetailsSchema = z.object({
  name: z.string(),
  internal: z.boolean(),
  partitions: z.number().int(),
  replicationFactor: z.number().int(),
  /** How long records are kept, in milliseconds; absent: for ever or not told. */
  retentionMs: z.number().int().optional(),
  /** How many bytes a partition keeps; absent: no limit or not told. */
  retentionBytes: z.number().int().optional(),
  approximateRecords: z.number().int().optional(),
  access: z.array(accessEntrySchema),
  /** Counts the changes of the access; 0 before the first. */
  revision: z.number().int(),
  accessChangedAt: timestampSchema.optional(),
  accessChangedBy: z.string().optional(),
  /** Why the cluster could not be asked now; the facts are the last known ones. */
  unreachable: z.object({ reason: z.string(), message: z.string() }).optional(),
});

/**
 * Replaces the list of algorithms that may use a topic. Access of an algorithm
 * that was deleted and created anew stays what it is, unless it is renewed: the
 * new one then has it, with its queue disabled.
 *
 * @public
 */
export const updateAccessSchema = z.strictObject({
  access: z
    .array(
      z.strictObject({
        algorithmRef: entityRefSchema,
        apiType: apiTypeSchema,
        renew: z.boolean().optional(),
      }),
    )
    .max(500, 'at most 500 algorithms'),
  revision: revisionSchema,
});

/** See {@link apiTypeSchema}. @public */
export type ApiType = z.infer<typeof apiTypeSchema>;
/** See {@link topicSummarySchema}. @public */
export type TopicSummary = z.infer<typeof topicSummarySchema>;
/** See {@link topicListSchema}. @public */
export type TopicList = z.infer<typeof topicListSchema>;
/** See {@link accessEntrySchema}. @public */
export type AccessEntry = z.infer<typeof accessEntrySchema>;
/** See {@link topicDetailsSchema}. @public */
export type TopicDetails = z.infer<typeof topicDetailsSchema>;
/** See {@link updateAccessSchema}. @public */
export type UpdateAccess = z.infer<typeof updateAccessSchema>;
