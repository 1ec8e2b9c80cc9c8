import { z } from 'zod';
import { offsetSchema, partitionSchema } from './offset';
import { versionRefSchema } from './queue';
import { timestampSchema } from './text';

const placeShape = {
  partition: partitionSchema,
  offset: offsetSchema,
};

/**
 * Which records of a queue's topic are looked at: from one offset of a
 * partition on, or the latest of all partitions.
 *
 * @public
 */
export const peekSchema = z.strictObject({
  from: z.strictObject(placeShape).optional(),
  /** Records, at most. */
  limit: z.number().int().min(1).max(100),
});

/**
 * Asks where the latest records of a queue's topic lie.
 *
 * @public
 */
export const listPlacesSchema = z.strictObject({
  /** Records, at most. */
  limit: z.number().int().min(1).max(1_000),
});

/**
 * Where a record lies in its topic.
 *
 * @public
 */
export const recordPlaceSchema = z.object({
  partition: z.number().int(),
  /** As text: offsets are 64 bits wide. */
  offset: z.string(),
});

/**
 * Bytes as far as they are shown.
 *
 * @public
 */
export const contentSchema = z.object({
  /** How many there are. */
  size: z.number().int(),
  /** `utf8` where all that is shown is text. */
  encoding: z.enum(['utf8', 'base64']),
  /** The beginning, where there are many. */
  data: z.string(),
});

/**
 * A record as it lies in a topic.
 *
 * @public
 */
export const topicRecordSchema = z.object({
  partition: z.number().int(),
  /** As text: offsets are 64 bits wide. */
  offset: z.string(),
  timestamp: timestampSchema.optional(),
  /** Null: it has none. */
  key: contentSchema.nullable(),
  /** Null: it has none, as a tombstone. */
  value: contentSchema.nullable(),
  /** In order; names may repeat. */
  headers: z.array(z.object({ name: z.string(), value: contentSchema })),
  /** Headers that are not shown, because there are so many. */
  headersLeftOut: z.number().int(),
});

/**
 * Sends one record to a version, to see what comes of it.
 *
 * @public
 */
export const tryVersionSchema = z.strictObject({
  ...placeShape,
  versionRef: versionRefSchema,
});

/**
 * What came of it. No position has moved.
 *
 * @public
 */
export const versionTrialSchema = z.object({
  /** The version that it was sent to: what `latest` means at the moment. */
  versionRef: z.string(),
  request: z.object({
    /** Without the query. */
    url: z.string(),
    /** Credentials of the operator are masked. */
    headers: z.array(z.object({ name: z.string(), value: z.string() })),
    /** Bytes of the body. */
    size: z.number().int(),
  }),
  /** What a queue would do then. */
  outcome: z.enum(['delivered', 'retried', 'paused', 'refused']),
  /** Why it was not delivered. */
  reason: z.string().optional(),
  status: z.number().int().optional(),
  /** Milliseconds. */
  latencyMs: z.number(),
  answer: contentSchema.optional(),
});

/** See {@link peekSchema}. @public */
export type Peek = z.infer<typeof peekSchema>;
/** See {@link listPlacesSchema}. @public */
export type ListPlaces = z.infer<typeof listPlacesSchema>;
/** See {@link recordPlaceSchema}. @public */
export type RecordPlace = z.infer<typeof recordPlaceSchema>;
/** See {@link contentSchema}. @public */
export type Content = z.infer<typeof contentSchema>;
/** See {@link topicRecordSchema}. @public */
export type TopicRecord = z.infer<typeof topicRecordSchema>;
/** See {@link tryVersionSchema}. @public */
export type TryVersion = z.infer<typeof tryVersionSchema>;
/** See {@link versionTrialSchema}. @public */
export type VersionTrial = z.infer<typeof versionTrialSchema>;
