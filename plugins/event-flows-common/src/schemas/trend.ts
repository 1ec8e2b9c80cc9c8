import { z } from 'zod';
import { timestampSchema } from './text';

/**
 * Whose trends are asked for.
 *
 * @public
 */
export const listQueueTrendsSchema = z.strictObject({
  queueIds: z.array(z.uuid('must be the id of a queue')).min(1).max(200),
});

/**
 * What one queue did in the last hour, roughly: a value for each step, the
 * oldest first; null where nothing is known of the step.
 *
 * @public
 */
export const queueTrendSchema = z.object({
  queueId: z.string(),
  /** Records per second, over what is known of the step. */
  deliveredPerSecond: z.array(z.number().nullable()),
  /** Records not yet done: the most that were seen in the step. */
  lag: z.array(z.number().int().nullable()),
});

/**
 * Trends of the queues that the caller may see; the others are left out.
 *
 * @public
 */
export const queueTrendListSchema = z.object({
  /** Milliseconds from one value to the next. */
  stepMs: z.number().int(),
  /** The end of the last step. */
  until: timestampSchema,
  items: z.array(queueTrendSchema),
});

/** See {@link listQueueTrendsSchema}. @public */
export type ListQueueTrends = z.infer<typeof listQueueTrendsSchema>;
/** See {@link queueTrendSchema}. @public */
export type QueueTrend = z.infer<typeof queueTrendSchema>;
/** See {@link queueTrendListSchema}. @public */
export type QueueTrendList = z.infer<typeof queueTrendListSchema>;
