import { ResponseError } from '@backstage/errors';

/** Where the answer does not say it, or a browser does not show it from another origin. */
const DEFAULT_SECONDS = 10;
const MAX_SECONDS = 60;

/**
 * Milliseconds after which a call that was one too many is worth another try;
 * undefined for whatever else went wrong.
 */
export function retryAfterMs(error: unknown): number | undefined {
  if (!ResponseError.is(error) || error.statusCode !== 429) {
    return undefined;
  }
  const seconds = Number(error.response.headers.get('retry-after'));
  return (
    1_000 * (seconds > 0 ? Math.min(seconds, MAX_SECONDS) : DEFAULT_SECONDS)
  );
}
