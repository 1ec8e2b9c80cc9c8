import { z } from 'zod';
import { offsetSchema, partitionSchema } from './offset';
import { contentSchema } from './record';
import { timestampSchema } from './text';

/**
 * What became of a record after an attempt, or without one.
 *
 * @public
 */
export const receiptOutcomeSchema = z.enum([
  ...(['delivered', 'retried', 'paused', 'refused'] as const),
  ...(['dead-lettered', 'skipped'] as const),
]);

/**
 * Which receipts of a queue are looked for. Whoever looks for a key needs the
 * permission to read records.
 *
 * @public
 */
export const findReceiptsSchema = z.strictObject({
  /** As text. */
  key: z.string().min(1).max(1024).optional(),
  partition: partitionSchema.optional(),
  offset: offsetSchema.optional(),
  /** What became of the record last. */
  outcome: receiptOutcomeSchema.optional(),
  /** Attempts that began then or later. */
  from: timestampSchema.optional(),
  /** Attempts that began then or earlier. */
  until: timestampSchema.optional(),
  /** Records, at most. */
  limit: z.number().int().min(1).max(200),
});

/**
 * How one attempt ended, or how the record was done without having been
 * delivered.
 *
 * @public
 */
export const receiptSchema = z.object({
  /** When the attempt began, or the record was done. */
  at: timestampSchema,
  /** Of those that count; 1 is the first. */
  attempt: z.number().int(),
  outcome: receiptOutcomeSchema,
  /** Why it was not delivered. */
  reason: z.string().optional(),
  /** What it went to: what `latest` meant then. */
  versionRef: z.string().optional(),
  /** Of the answer. */
  status: z.number().int().optional(),
  /** Milliseconds. */
  latencyMs: z.number().optional(),
  /** Absent also where the caller may not read records. */
  answer: contentSchema.optional(),
});

/**
 * What is known of one record's attempts; the latest receipt is the last one.
 *
 * @public
 */
export const recordReceiptsSchema = z.object({
  partition: z.number().int(),
  /** As text: offsets are 64 bits wide. */
  offset: z.string(),
  /** Of the record. */
  timestamp: timestampSchema.optional(),
  /** Null: it has none. Absent where the caller may not read records. */
  key: contentSchema.nullable().optional(),
  receipts: z.array(receiptSchema).min(1),
});

/**
 * Receipts of a queue's records, those with the latest attempt first.
 *
 * @public
 */
export const receiptListSchema = z.object({
  items: z.array(recordReceiptsSchema),
  /** The operator wants none for this topic. */
  off: z.boolean(),
  /** How long receipts are kept at most, in hours. */
  maxAgeHours: z.number(),
  /** How many receipts of a queue are kept at most. */
  keptPerQueue: z.number().int(),
});

/** See {@link receiptOutcomeSchema}. @public */
export type ReceiptOutcome = z.infer<typeof receiptOutcomeSchema>;
/** See {@link findReceiptsSchema}. @public */
export type FindReceipts = z.infer<typeof findReceiptsSchema>;
/** See {@link receiptSchema}. @public */
export type Receipt = z.infer<typeof receiptSchema>;
/** See {@link recordReceiptsSchema}. @public */
export type RecordReceipts = z.infer<typeof recordReceiptsSchema>;
/** See {@link receiptListSchema}. @public */
export type ReceiptList = z.infer<typeof receiptListSchema>;
