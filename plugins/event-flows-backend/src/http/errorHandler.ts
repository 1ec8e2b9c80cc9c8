import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  CustomErrorBase,
  InputError,
  toError,
} from '@backstage/errors';
import {
  BrokerConnectionError,
  brokerConnectionReasonOf,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { ErrorRequestHandler } from 'express';
import { TooManyRequestsError } from '../connections/CallLimiter';
import { SecretUnreadableError } from '../secrets/SecretBox';

/** Errors that were made for the caller to read. */
const ANSWERS = new Set([
  'InputError',
  'AuthenticationError',
  'NotAllowedError',
  'NotFoundError',
  'ConflictError',
  'ServiceUnavailableError',
]);

class PayloadTooLargeError extends CustomErrorBase {
  name = 'PayloadTooLargeError' as const;
  readonly statusCode = 413;
}

/**
 * Prepares errors for the answer that Backstage makes of them. What the parser
 * of bodies throws holds the body, what a client of Kafka throws holds its
 * internals, what a database throws holds its statements: none of that belongs
 * into an answer.
 */
export function createErrorHandler(logger: LoggerService): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const reason = brokerConnectionReasonOf(error);
    const { name, message } = toError(error);
    if (reason) {
      next(new BrokerConnectionError(reason, message));
    } else if (error instanceof SecretUnreadableError) {
      next(new ConflictError(secretsUnreadable(message)));
    } else if (name === 'AbortError') {
      // Whoever asked is gone: nobody reads this, and nothing is wrong.
      next(new InputError('The request was cancelled'));
    } else if (error instanceof TooManyRequestsError) {
      response.set('Retry-After', String(error.retryAfterSeconds));
      next(error);
    } else if (ANSWERS.has(name)) {
      next(error);
    } else {
      next(requestProblem(error) ?? internalError(error, logger));
    }
  };
}

function secretsUnreadable(message: string): string {
  return `The password or key of this connection does not open: ${message}. Ask the operator, or delete the connection and connect it anew`;
}

/** Of a request that Express or its body parser could not read. */
function requestProblem(error: unknown): Error | undefined {
  const { name, status, type } = error as Record<string, unknown>;
  if (status === 413) {
    return new PayloadTooLargeError('The body is too large');
  }
  if (typeof status !== 'number' || status < 400 || status >= 500) {
    return undefined;
  }
  if (name === 'URIError') {
    return new InputError('The path is not encoded as the path of a URL is');
  }
  return new InputError(
    type === 'entity.parse.failed'
      ? 'The body is no JSON object, or not valid JSON at all'
      : 'The body cannot be read; it must be JSON in UTF-8',
  );
}

function internalError(error: unknown, logger: LoggerService): Error {
  logger.error(
    'A request failed',
    error instanceof Error ? error : new Error(toError(error).message),
  );
  return new Error(
    'Something went wrong inside; the log of the backend says what',
  );
}
