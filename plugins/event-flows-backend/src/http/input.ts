import { InputError, NotFoundError } from '@backstage/errors';
import type { Request } from 'express';
import type { z } from 'zod';
import { type Checked, describeProblems } from '../validation';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Looks whether a body is valid; whoever sent it is told by the service, if they may know. */
export function checkBody<T extends z.ZodType>(
  schema: T,
  request: Request,
): Checked<z.output<T>> {
  if (!request.is('application/json')) {
    return {
      error: new InputError(
        'the body: must be JSON, sent with the content-type application/json',
      ),
    };
  }
  const result = schema.safeParse(request.body);
  return result.success
    ? { value: result.data }
    : {
        error: new InputError(
          describeProblems(result.error, schema).join('; '),
        ),
      };
}

/** @throws NotFoundError if it is not an id at all, before a database sees it */
export function parseId(text: string, what: string): string {
  if (!UUID.test(text)) {
    throw new NotFoundError(`There is no such ${what}`);
  }
  return text.toLocaleLowerCase('en-US');
}
