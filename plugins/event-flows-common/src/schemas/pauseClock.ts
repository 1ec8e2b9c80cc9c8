import { z } from 'zod';
import { timestampSchema } from './text';

const DAY_MS = 24 * 60 * 60_000;

/** The part of the retention that is left when a queue needs somebody. */
const LAST_PART = 0.1;

/**
 * What a topic's retention does to the records that a queue does not read,
 * while it stands still.
 *
 * @public
 */
export const pauseClockSchema = z.object({
  /** When the first unread record becomes too old; absent: none does. */
  deletedFrom: timestampSchema.optional(),
  /** Milliseconds for which the topic keeps records; absent: for ever. */
  retentionMs: z.number().optional(),
  /** Unread ones that are deleted already; offsets are counted. */
  deleted: z.number().int(),
  /** Whether the topic's size is limited, which may delete records earlier. */
  isSizeLimited: z.boolean(),
});

/** See {@link pauseClockSchema}. @public */
export type PauseClock = z.infer<typeof pauseClockSchema>;

/**
 * Whether somebody has to act: unread records are deleted already, or will be
 * within a day, or when a tenth of the retention is left.
 *
 * @public
 */
export function isExpiring(
  { deletedFrom, retentionMs = 0, deleted }: PauseClock,
  nowMs: number,
): boolean {
  const leftMs = deletedFrom ? Date.parse(deletedFrom) - nowMs : Infinity;
  return deleted > 0 || leftMs < Math.max(DAY_MS, retentionMs * LAST_PART);
}
