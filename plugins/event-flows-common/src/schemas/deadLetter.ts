import { z } from 'zod';
import { offsetSchema, partitionSchema } from './offset';
import { versionRefSchema } from './queue';
import { topicRecordSchema } from './record';
import { timestampSchema } from './text';

/**
 * How many of the latest records of a queue's dead-letter topic are looked at.
 *
 * @public
 */
export const listDeadLettersSchema = z.strictObject({
  limit: z.number().int().min(1).max(500),
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
 * The dead letters of a queue.
 *
 * @public
 */
export const deadLetterListSchema = z.object({
  /** Where they are; absent: the queue has no dead-letter topic. */
  topic: z.string().optional(),
  items: z.array(deadLetterSchema),
});

const placeShape = {
  /** Of the dead-letter topic. */
  partition: partitionSchema,
  offset: offsetSchema,
};

/**
 * Sends a dead letter to this algorithm alone, as it was.
 *
 * @public
 */
export const redeliverSchema = z.strictObject({
  ...placeShape,
  versionRef: versionRefSchema,
});

/**
 * Says that nothing is to be done about a dead letter.
 *
 * @public
 */
export const dismissSchema = z.strictObject(placeShape);

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
