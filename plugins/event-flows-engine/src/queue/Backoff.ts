/** Bounds of a delay, in milliseconds. */
export interface BackoffBounds {
  firstMs: number;
  maxMs: number;
}

/** Between two attempts for one record. */
export const RECORD_BACKOFF: BackoffBounds = { firstMs: 500, maxMs: 60_000 };

/** The longest time that an endpoint can ask for with `Retry-After`. */
const MAX_RETRY_AFTER_MS = 300_000;

/**
 * Exponential backoff with full jitter: a random delay between nothing and a
 * ceiling that doubles with each attempt, but never less than a tenth of it,
 * so that an unlucky record does not come back at once.
 *
 * @param failures attempts that have failed so far, at least 1.
 * @param random a number from 0 up to, not including, 1.
 */
export function backoffMs(
  failures: number,
  random: () => number,
  { firstMs, maxMs }: BackoffBounds = RECORD_BACKOFF,
): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(ceiling * (0.1 + 0.9 * random()));
}

/**
 * Milliseconds that a `Retry-After` header asks for: seconds or a date, up to
 * a cap. Undefined: it says nothing that makes sense.
 */
export function parseRetryAfter(
  header: string | undefined,
  nowMs: number,
): number | undefined {
  const text = header?.trim();
  if (!text) {
    return undefined;
  }
  const waitMs = /^\d{1,9}$/.test(text)
    ? Number(text) * 1000
    : httpDate(text) - nowMs;
  return waitMs > 0 ? Math.min(waitMs, MAX_RETRY_AFTER_MS) : undefined;
}

/** NaN for what is no date as HTTP writes it; `Date.parse` alone takes far more. */
function httpDate(text: string): number {
  return /^[A-Z][a-z]{2,8},? .*\d{2}:\d{2}:\d{2}/.test(text)
    ? Date.parse(text)
    : NaN;
}
