import { z } from 'zod';
import { queueSettingsSchema } from './settings';
import { rewindToSchema } from './rewind';
import { timestampSchema } from './text';

/** Settings that are others than before. */
const fields = z.array(queueSettingsSchema.keyof());

/**
 * What somebody changed about a queue.
 *
 * @public
 */
export const changeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('access-given') }),
  /** To an algorithm that was deleted and created anew. */
  z.object({ kind: z.literal('access-renewed') }),
  z.object({ kind: z.literal('enabled'), versionRef: z.string(), fields }),
  z.object({
    kind: z.literal('edited'),
    /** Present if it is another one than before. */
    versionRef: z.string().optional(),
    fields,
  }),
  z.object({
    kind: z.literal('approved'),
    versionRef: z.string(),
    /** Where requests go since. */
    origin: z.string(),
    fields,
  }),
  z.object({ kind: z.literal('disabled') }),
  z.object({
    kind: z.literal('moved'),
    /** Names of connections, as they were then. */
    from: z.string(),
    to: z.string(),
  }),
  z.object({ kind: z.literal('rewound'), to: rewindToSchema }),
  z.object({
    kind: z.literal('decided'),
    action: z.enum(['retry', 'skip', 'dead-letter']),
    partition: z.number().int(),
    /** As text: offsets are 64 bits wide. */
    offset: z.string(),
    /** Where a dead letter goes. */
    deadLetterTopic: z.string().optional(),
  }),
  z.object({
    /** Dead letters that were done are deleted from Kafka. */
    kind: z.literal('purged'),
    topic: z.string(),
    records: z.number().int(),
  }),
]);

/**
 * Who changed a queue, when, and what.
 *
 * @public
 */
export const recentChangeSchema = z.object({
  id: z.string(),
  at: timestampSchema,
  by: z.string(),
  change: changeSchema,
});

/** See {@link changeSchema}. @public */
export type Change = z.infer<typeof changeSchema>;
/** See {@link recentChangeSchema}. @public */
export type RecentChange = z.infer<typeof recentChangeSchema>;
