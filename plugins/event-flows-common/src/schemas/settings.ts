import { z } from 'zod';
import { timestampSchema } from './text';

/**
 * Where a queue begins that is enabled for the first time.
 *
 * @public
 */
export const startFromSchema = z.union([
  z.enum(['latest', 'earliest']),
  z.strictObject({
    // Kafka takes -1 and -2 for the end and the beginning of a topic.
    timestamp: timestampSchema.refine(text => Date.parse(text) >= 0, {
      message: 'must not be before 1970',
    }),
  }),
]);

/**
 * Which records wait for each other: those of a partition, those of equal
 * key, or none.
 *
 * @public
 */
export const orderingSchema = z.enum(['partition', 'key', 'none']);

/**
 * A topic's name by Kafka's own rule.
 *
 * @public
 */
export const topicNameSchema = z
  .string()
  .min(1)
  .max(249)
  .regex(
    /^(?!\.{1,2}$)[A-Za-z0-9._-]+$/,
    'must consist of letters, digits, dots, hyphens and underscores',
  );

const fields = {
  startFrom: startFromSchema,
  ordering: orderingSchema,
  /** Requests under way at once, on each replica. */
  concurrency: z.number().int().min(1).max(1024),
  /** Time for one request, in milliseconds. */
  timeoutMs: z.number().int().min(100).max(300_000),
  /** Requests for one record before it counts as undeliverable. */
  maxAttempts: z.number().int().min(1).max(1000),
  /** Records older than this are no longer retried, in milliseconds. */
  maxRecordAgeMs: z.number().int().min(1000).max(31_536_000_000),
  /** Topic of the same cluster that takes what cannot be delivered. */
  deadLetterTopic: topicNameSchema,
  /** Topic of the same cluster that answers are published to, by an algorithm that may. */
  outputTopic: topicNameSchema,
  /** Records that wait, at which the algorithm's owner is told. */
  lagAlert: z.number().int().min(1).max(1_000_000_000_000),
  /** Age of the oldest record that waits, in milliseconds, at which the owner is told. */
  ageAlertMs: z.number().int().min(60_000).max(31_536_000_000),
};

/**
 * How a queue delivers, with every default filled in.
 *
 * @public
 */
export const queueSettingsSchema = z.strictObject({
  ...fields,
  maxRecordAgeMs: fields.maxRecordAgeMs.optional(),
  deadLetterTopic: fields.deadLetterTopic.optional(),
  outputTopic: fields.outputTopic.optional(),
  lagAlert: fields.lagAlert.optional(),
  ageAlertMs: fields.ageAlertMs.optional(),
});

/**
 * The settings that a person changes; what is left out gets its default.
 *
 * @public
 */
export const queueSettingsInputSchema = z.strictObject(fields).partial();

/** See {@link startFromSchema}. @public */
export type StartFrom = z.infer<typeof startFromSchema>;
/** See {@link orderingSchema}. @public */
export type Ordering = z.infer<typeof orderingSchema>;
/** See {@link queueSettingsSchema}. @public */
export type QueueSettings = z.infer<typeof queueSettingsSchema>;
/** See {@link queueSettingsInputSchema}. @public */
export type QueueSettingsInput = z.infer<typeof queueSettingsInputSchema>;

/**
 * What a queue does when nobody chose otherwise.
 *
 * @public
 */
export const defaultQueueSettings: QueueSettings = {
  startFrom: 'latest',
  ordering: 'partition',
  concurrency: 16,
  timeoutMs: 30_000,
  maxAttempts: 10,
};
