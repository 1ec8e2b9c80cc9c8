import { z } from 'zod';
import { timestampSchema } from './text';

/**
 * How far back a history goes.
 *
 * @public
 */
export const historyPeriodSchema = z.enum(['hour', 'day']);

/**
 * What a queue did lately, in equal steps. A step of which nothing is known has
 * nulls: nobody looked, or not twice in a row.
 *
 * @public
 */
export const queueHistorySchema = z.object({
  /** Milliseconds from one point to the next. */
  stepMs: z.number().int(),
  /** The oldest first. */
  points: z.array(
    z.object({
      /** The end of the step. */
      at: timestampSchema,
      /** Records not yet done, at the end of the step. */
      lag: z.number().int().nullable(),
      /** Over the step. */
      deliveredPerSecond: z.number().nullable(),
      /** Over the step. */
      deadLetteredPerSecond: z.number().nullable(),
      /** Attempts after which the record was not delivered; over the step. */
      failedPerSecond: z.number().nullable(),
      /** What half of the requests that ended in the step did not exceed, in milliseconds. */
      latencyP50Ms: z.number().nullable(),
      /** What 99 of 100 did not exceed. */
      latencyP99Ms: z.number().nullable(),
    }),
  ),
});

/** See {@link historyPeriodSchema}. @public */
export type HistoryPeriod = z.infer<typeof historyPeriodSchema>;
/** See {@link queueHistorySchema}. @public */
export type QueueHistory = z.infer<typeof queueHistorySchema>;
