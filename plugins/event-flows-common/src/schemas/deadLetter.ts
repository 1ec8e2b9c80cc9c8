import { z } from 'zod';
import { offsetSchema, partitionSchema } from './offset';
import { versionRefSchema } from './queue';
import { recordPlaceSchema, topicRecordSchema } from './record';
import { timestampSchema } from './text';

const placeShape = {
  /** Of the dead-letter topic. */
  partition: partitionSchema,
  offset: offsetSchema,
};

/** A cursor with more partitions than that would not fit into a request. */
const MAX_PARTITIONS = 2_000;

/** Where a look at older dead letters goes on. */
const olderThanSchema = z
  .array(z.strictObject(placeShape))
  .min(1)
  .max(MAX_PARTITIONS)
  .refine(
    places =>
      new Set(places.map(({ partition }) => partition)).size === places.length,
    { message: 'must name each partition once' },
  );

/**
 * Which dead letters of a queue are looked at, from the latest on.
 *
 * @public
 */
export const listDeadLettersSchema = z.strictObject({
  /** Letters, at most. */
  limit: z.number().int().min(1).max(500),
  /** Leaves out those that were redelivered or dismissed. */
  openOnly: z.boolean().optional(),
  /** Only those with this text in their reason, in upper or lower case. */
  reason: z.string().min(1).max(200).optional(),
  /**
   * Goes on where an earlier answer left off: the `older.before` of that one.
   * Looks only below these offsets, and at no partition that is not named.
   */
  before: olderThanSchema.optional(),
});

/**
 * What somebody did about a dead letter.
 *
 * @public
 */
export const deadLetterMarkSchema = z.object({
  state: z.enum(['redelivered', 'dismissed']),
  at: timestampSchema,
  by: z.string(),
});

/**
 * A record of a queue that could not be delivered.
 *
 * @public
 */
export const deadLetterSchema = z.object({
  /**
   * Made of what it was and when it first failed: tells it from another one
   * that lies at the same place, in a topic that was created anew.
   */
  id: z.string(),
  /** In the dead-letter topic. */
  partition: z.number().int(),
  /** In the dead-letter topic, as text: offsets are 64 bits wide. */
  offset: z.string(),
  /** As it was in its own topic. */
  record: topicRecordSchema,
  /** The version that did not take it. */
  versionRef: z.string(),
  /** Of the last answer. */
  status: z.number().int().optional(),
  class: z.string(),
  /** What went wrong. */
  reason: z.string(),
  attempts: z.number().int(),
  firstFailedAt: timestampSchema.optional(),
  /** Absent: nobody has done anything about it. */
  mark: deadLetterMarkSchema.optional(),
});

/**
 * Dead letters of a queue, and how far its dead-letter topic was looked at.
 *
 * @public
 */
export const deadLetterListSchema = z.object({
  /** Where they are; absent: the queue has no dead-letter topic. */
  topic: z.string().optional(),
  /** The latest first. May be empty although there are older ones. */
  items: z.array(deadLetterSchema),
  /** Absent: the whole topic was looked at. */
  older: z
    .object({
      /** Where to go on: offsets below which nothing was looked at. */
      before: z.array(recordPlaceSchema),
      /** How many records lie there, those of other queues included; offsets are counted. */
      records: z.number().int(),
    })
    .optional(),
});

const letterShape = {
  ...placeShape,
  /** Of the letter that is meant, as it was listed. */
  id: z.string().regex(/^[\w-]{43}$/, 'must be the id of a dead letter'),
};

/**
 * Sends a dead letter to this algorithm alone, as it was.
 *
 * @public
 */
export const redeliverSchema = z.strictObject({
  ...letterShape,
  versionRef: versionRefSchema,
});

/**
 * Says that nothing is to be done about a dead letter.
 *
 * @public
 */
export const dismissSchema = z.strictObject(letterShape);

/**
 * Deletes from Kafka what was redelivered or dismissed: in each partition the
 * letters before the first one that is open, or of another queue.
 *
 * @public
 */
export const purgeDeadLettersSchema = z.strictObject({
  /** Nothing is deleted; the answer says what would be. */
  checkOnly: z.boolean(),
});

/**
 * What was purged, or would be.
 *
 * @public
 */
export const purgedDeadLettersSchema = z.object({
  /** How many letters. Where there are very many, a part of them at a time. */
  records: z.number().int(),
});

/** See {@link deadLetterSchema}. @public */
export type DeadLetter = z.infer<typeof deadLetterSchema>;
/** See {@link deadLetterMarkSchema}. @public */
export type DeadLetterMark = z.infer<typeof deadLetterMarkSchema>;
/** See {@link deadLetterListSchema}. @public */
export type DeadLetterList = z.infer<typeof deadLetterListSchema>;
/** See {@link listDeadLettersSchema}. @public */
export type ListDeadLetters = z.infer<typeof listDeadLettersSchema>;
/** See {@link redeliverSchema}. @public */
export type Redeliver = z.infer<typeof redeliverSchema>;
/** See {@link dismissSchema}. @public */
export type Dismiss = z.infer<typeof dismissSchema>;
/** See {@link purgeDeadLettersSchema}. @public */
export type PurgeDeadLetters = z.infer<typeof purgeDeadLettersSchema>;
/** See {@link purgedDeadLettersSchema}. @public */
export type PurgedDeadLetters = z.infer<typeof purgedDeadLettersSchema>;
