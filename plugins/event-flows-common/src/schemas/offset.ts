import { z } from 'zod';

/** Offsets are 64 bits wide, more than a JSON number holds. */
export const offsetSchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,18})$/, 'must be a whole number, as text')
  .refine(text => !/^\d+$/.test(text) || BigInt(text) < 2n ** 63n, {
    message: 'must be an offset of Kafka, below 2^63',
  });

/** Kafka numbers partitions with 32 bits. */
export const partitionSchema = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1);
