import { ResponseError } from '@backstage/errors';

/** The answer to somebody who acts on what is not so any more. */
export function isConflict(error: unknown): boolean {
  return error instanceof ResponseError && error.response.status === 409;
}
