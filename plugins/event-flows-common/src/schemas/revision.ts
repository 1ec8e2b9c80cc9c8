import { z } from 'zod';

/** Databases count in 32 bits, and the change itself adds one. */
const MAX_REVISION = 2 ** 31 - 2;

/** Which state of something its changer has seen. */
export const revisionSchema = z.number().int().min(0).max(MAX_REVISION);
