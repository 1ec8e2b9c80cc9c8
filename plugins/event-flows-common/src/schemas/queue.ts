import { z } from 'zod';
import { entityRefSchema } from './entityRef';
import { offsetSchema, partitionSchema } from './offset';
import { pauseClockSchema } from './pauseClock';
import { revisionSchema } from './revision';
import {
  queueSettingsInputSchema,
  queueSettingsSchema,
  topicNameSchema,
} from './settings';
import { timestampSchema } from './text';

/** Scheme, host and port of a URL, in the one way that browsers write it. */
const originSchema = z
  .string()
  .max(300, 'must not be longer than 300 characters')
  .refine(text => URL.canParse(text) && new URL(text).origin === text, {
    message: 'must be an origin, like https://algorithms.example.com:8443',
  });

/**
 * What was asked of a queue.
 *
 * @public
 */
export const queueStateSchema = z.enum(['disabled', 'enabled']);

/**
 * What a queue is really doing, whatever was asked of it.
 *
 * @public
 */
export const queuePhaseSchema = z.enum([
  'starting',
  'running',
  'retrying',
  'blocked',
  'paused',
  'failed',
  'stopped',
]);

/**
 * `latest`, or the entity ref of one version.
 *
 * @public
 */
export const versionRefSchema = z.union([z.literal('latest'), entityRefSchema]);

/**
 * Records that a queue took from its topic, and what became of them. At every
 * moment `read = delivered + deadLettered + skipped + inFlight`.
 *
 * @public
 */
export const queueCountersSchema = z.object({
  read: z.number().int(),
  delivered: z.number().int(),
  deadLettered: z.number().int(),
  skipped: z.number().int(),
  inFlight: z.number().int(),
});

/**
 * What is known of one partition of a queue.
 *
 * @public
 */
export const partitionStatusSchema = z.object({
  partition: z.number().int(),
  phase: queuePhaseSchema,
  /** Offset of the next record to be done, as text: offsets are 64 bits wide. */
  position: z.string().optional(),
  lag: z.number().int().optional(),
  /** Timestamp of its oldest record that is not done, where one waits. */
  oldestWaitingAt: timestampSchema.optional(),
  reason: z.string().optional(),
});

/**
 * A record that could not be delivered yet.
 *
 * @public
 */
export const heldUpRecordSchema = z.object({
  partition: z.number().int(),
  /** As text: offsets are 64 bits wide. */
  offset: z.string(),
  /** `retrying`: again by itself. `blocked`: it waits for a person, and the records that must come after it wait, too. */
  phase: z.enum(['retrying', 'blocked']),
  /** What went wrong. */
  reason: z.string(),
  /** That counted and failed. */
  attempts: z.number().int(),
  firstFailedAt: timestampSchema.optional(),
  /** Of the last answer; absent where there was none. */
  status: z.number().int().optional(),
  /** The version that it was tried with last; absent where that is not known. */
  versionRef: z.string().optional(),
});

/**
 * What an enabled queue waits for, because the catalog does not say any more
 * what it said when somebody with the right to do so agreed. Nothing is sent
 * meanwhile.
 *
 * @public
 */
export const queueWaitsForSchema = z.discriminatedUnion('kind', [
  z.object({
    /** Enabling the queue again approves where requests would go now. */
    kind: z.literal('approval'),
    since: timestampSchema,
    /** The version that requests would go to. */
    versionRef: z.string(),
    /** The origin that requests would go to, like `https://host:8443`. */
    origin: z.string(),
    /** The origin that was approved; the same where the version is another entity. */
    approvedOrigin: z.string(),
  }),
  z.object({
    /** The algorithm is another entity; access to the topic can be given to it. */
    kind: z.literal('access'),
    since: timestampSchema,
  }),
]);

/**
 * What the replicas report of a queue, put together.
 *
 * @public
 */
export const queueStatusSchema = z.object({
  phase: queuePhaseSchema,
  /** Why it is in this phase and what to do, where there is something to say. */
  reason: z.string().optional(),
  /** Present while it is paused for this. */
  waitsFor: queueWaitsForSchema.optional(),
  /** Records not yet done; while nothing runs, as it was seen last. */
  lag: z.number().int(),
  /** True while nobody knows it, as before the queue has a position; `lag` is 0 then. */
  isLagUnknown: z.boolean().optional(),
  /** Timestamp of the oldest record that is not done, where one waits; absent while nothing runs. */
  oldestWaitingAt: timestampSchema.optional(),
  deliveredPerSecond: z.number(),
  lastDeliveredAt: timestampSchema.optional(),
  lastError: z.object({ at: timestampSchema, message: z.string() }).optional(),
  /**
   * Since when it has delivered nothing although it should, present where that
   * has lasted longer than the operator's `incidents.stalledAfterMinutes`.
   */
  stalledSince: timestampSchema.optional(),
  /** Replicas that run it now. */
  replicas: z.number().int(),
  counters: queueCountersSchema,
  /** The version that requests go to now: what `latest` means at the moment. */
  versionRef: z.string().optional(),
  partitions: z.array(partitionStatusSchema).optional(),
  /** Those that wait for a person first; not all where there are many. */
  heldUp: z.array(heldUpRecordSchema).optional(),
});

/**
 * A move of a queue that nobody knows the outcome of yet. It ends by itself when
 * the queue is seen to run; until then the queue can be moved back, and nothing
 * is asked of the cluster for that.
 *
 * @public
 */
export const openMoveSchema = z.object({
  /** Where the queue was, and can go back to. */
  from: z.object({ id: z.string(), name: z.string() }),
  since: timestampSchema,
});

/**
 * One topic as one algorithm sees it.
 *
 * @public
 */
export const queueSchema = z.object({
  id: z.string(),
  connection: z.object({ id: z.string(), name: z.string() }),
  topic: z.string(),
  algorithmRef: z.string(),
  state: queueStateSchema,
  /** The version that it is enabled with, or was last enabled with. */
  versionRef: z.string().optional(),
  settings: queueSettingsSchema.optional(),
  revision: z.number().int(),
  status: queueStatusSchema.optional(),
  /** It was moved, and has not been seen to run since. */
  openMove: openMoveSchema.optional(),
  /** While it stands still, as far as it is known: when unread records are deleted. */
  pauseClock: pauseClockSchema.optional(),
  /** Whether the caller may enable, edit and disable it. */
  mayUpdate: z.boolean(),
  /** Whether the caller may look at the topic's records. */
  mayReadRecords: z.boolean(),
  /** Topics of the connection that the algorithm's answers can be published to. */
  mayPublishTo: z.array(z.string()),
  changedAt: timestampSchema,
  changedBy: z.string(),
});

/**
 * Enables, edits or disables a queue.
 *
 * @public
 */
export const updateQueueSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('enabled'),
    versionRef: versionRefSchema,
    /** What the caller saw as the endpoint's origin; another one by now is a conflict. */
    origin: originSchema.optional(),
    settings: queueSettingsInputSchema.optional(),
    revision: revisionSchema,
  }),
  z.strictObject({
    state: z.literal('disabled'),
    revision: revisionSchema,
  }),
]);

/**
 * What is to become of a record that is held up.
 *
 * @public
 */
export const decideHeldUpRecordSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.enum(['retry', 'skip']),
    partition: partitionSchema,
    offset: offsetSchema,
  }),
  z.strictObject({
    action: z.literal('dead-letter'),
    partition: partitionSchema,
    offset: offsetSchema,
    /** A topic of the same cluster; left out: the queue's own. */
    deadLetterTopic: topicNameSchema.optional(),
  }),
]);

/** See {@link queueStateSchema}. @public */
export type QueueState = z.infer<typeof queueStateSchema>;
/** See {@link queuePhaseSchema}. @public */
export type QueuePhase = z.infer<typeof queuePhaseSchema>;
/** See {@link queueCountersSchema}. @public */
export type QueueCounters = z.infer<typeof queueCountersSchema>;
/** See {@link partitionStatusSchema}. @public */
export type PartitionStatus = z.infer<typeof partitionStatusSchema>;
/** See {@link heldUpRecordSchema}. @public */
export type HeldUpRecord = z.infer<typeof heldUpRecordSchema>;
/** See {@link decideHeldUpRecordSchema}. @public */
export type DecideHeldUpRecord = z.infer<typeof decideHeldUpRecordSchema>;
/** See {@link queueWaitsForSchema}. @public */
export type QueueWaitsFor = z.infer<typeof queueWaitsForSchema>;
/** See {@link queueStatusSchema}. @public */
export type QueueStatus = z.infer<typeof queueStatusSchema>;
/** See {@link openMoveSchema}. @public */
export type OpenMove = z.infer<typeof openMoveSchema>;
/** See {@link queueSchema}. @public */
export type Queue = z.infer<typeof queueSchema>;
/** See {@link updateQueueSchema}. @public */
export type UpdateQueue = z.infer<typeof updateQueueSchema>;
