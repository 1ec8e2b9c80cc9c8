import { z } from 'zod';

/**
 * How far the stored secrets are wrapped by the current key. Holds the names of
 * keys, never a key.
 *
 * @public
 */
export const secretRotationSchema = z.object({
  /**
   * `complete`: no secret that opens is left with an older key. `pending`: some
   * are, and follow by themselves. `waiting`: some are, and they follow when
   * all replicas have the same current key.
   */
  state: z.enum(['complete', 'pending', 'waiting']),
  /** Why it waits, in a sentence. */
  reason: z.string().optional(),
  /** The key that seals; absent where none is configured. */
  currentKey: z.string().optional(),
  /** Every key that is configured or that a stored secret needs. */
  keys: z.array(
    z.object({
      id: z.string(),
      /** `missing`: secrets need it, and this replica does not have it. */
      status: z.enum(['current', 'older', 'lost', 'missing']),
      /** Connections whose secrets it wraps. */
      secrets: z.number().int(),
    }),
  ),
  /** Connections whose secrets do not open, and why. */
  unreadable: z.array(
    z.object({
      connectionId: z.string(),
      name: z.string(),
      reason: z.string(),
    }),
  ),
});

/** See {@link secretRotationSchema}. @public */
export type SecretRotation = z.infer<typeof secretRotationSchema>;
