import { z } from 'zod';

/**
 * Characters that have no place in text that people read: control and format
 * characters (NUL, line breaks, marks that reorder text on the screen, …).
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Text that shows all that it holds. */
export function visibleCharacters(maxLength: number) {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(maxLength, `must not be longer than ${maxLength} characters`)
    .refine(text => !INVISIBLE.test(text), {
      message: 'must not contain control characters or invisible marks',
    });
}

/** One line of visible text, as a person types it into a field. */
export function visibleText(maxLength: number) {
  return visibleCharacters(maxLength).refine(text => text.trim() === text, {
    message: 'must not begin or end with a space',
  });
}

/** A point in time as the API writes it: ISO 8601, UTC. */
export const timestampSchema = z.iso.datetime();
