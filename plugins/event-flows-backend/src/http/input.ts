import { InputError, NotFoundError } from '@backstage/errors';
import type { Request } from 'express';
import type { z } from 'zod';
import { describeProblems } from '../validation';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws InputError naming each wrong field */
export function parseBody<T extends z.ZodType>(
  schema: T,
  request: Request,
): z.output<T> {
  const result = schema.safeParse(request.body);
  if (!result.success) {
    throw new InputError(describeProblems(result.error, schema).join('; '));
  }
  return result.data;
}

/** @throws NotFoundError if it is not an id at all, before a database sees it */
export function parseId(text: string, what: string): string {
  if (!UUID.test(text)) {
    throw new NotFoundError(`There is no such ${what}`);
  }
  return text.toLocaleLowerCase('en-US');
}
