import { ResponseError } from '@backstage/errors';
import {
  brokerConnectionReasonOf,
  type BrokerConnectionReason,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Translate } from '../translation';

/** An error in a person's words. */
export interface ErrorDescription {
  /** What happened. */
  title: string;
  /** What to check or do. */
  advice: string;
  /** Both in one, below a title that says what was tried. */
  text: string;
  /** What the system said, for whoever has to dig deeper. */
  details: string;
}

/** Says what happened, what to do, and keeps the technical text apart. */
export function describeError(error: unknown, t: Translate): ErrorDescription {
  const details = detailsOf(error);
  const reason = brokerConnectionReasonOf(error);
  const answer = reason ? undefined : describeAnswer(error, t);
  if (answer) {
    const advice = sentenceOf(error);
    return { title: answer, advice, text: advice, details };
  }
  const { title, advice } = reason
    ? describeReason(reason, error, t)
    : describeStatus(error, t);
  return { title, advice, text: `${title}. ${advice}`, details };
}

/** The title of an answer whose own message says the rest, to people. */
function describeAnswer(error: unknown, t: Translate): string | undefined {
  if (!isOfBackend(error)) {
    return undefined;
  }
  switch (statusOf(error)) {
    case 409:
      return t('failure.conflict');
    case 413:
      return t('failure.tooLarge');
    case 429:
      return t('failure.tooMany');
    case 503:
      return t('failure.unavailable');
    default:
      return undefined;
  }
}

function describeStatus(
  error: unknown,
  t: Translate,
): { title: string; advice: string } {
  switch (statusOf(error)) {
    case undefined:
      return {
        title: t('failure.network'),
        advice: t('failure.networkAdvice'),
      };
    case 400:
      return {
        title: t('failure.invalid'),
        advice: t('failure.invalidAdvice', { message: messageOf(error) }),
      };
    case 401:
    case 403:
      return {
        title: t('failure.forbidden'),
        advice: t('failure.forbiddenAdvice'),
      };
    case 404:
      return {
        title: t('failure.notFound'),
        advice: t('failure.notFoundAdvice'),
      };
    default:
      return {
        title: t('failure.server'),
        advice: t('failure.serverAdvice'),
      };
  }
}

/** Whether the backend answered and said no, so that asking again is no use. */
export function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && status >= 400 && status < 500;
}

/** Whether it does not exist, or not for the caller. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** Whether the backend could not do it, or not to its end. */
export function isUnavailable(error: unknown): boolean {
  return statusOf(error) === 503;
}

/** Whether the caller did not want to wait any longer. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Whether it is not possible as things are: somebody else has changed them, for example. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409;
}

function describeReason(
  reason: BrokerConnectionReason,
  error: unknown,
  t: Translate,
): { title: string; advice: string } {
  switch (reason) {
    case 'unreachable':
      return {
        title: t('failure.unreachable'),
        advice: t('failure.unreachableAdvice'),
      };
    case 'tls':
      return { title: t('failure.tls'), advice: t('failure.tlsAdvice') };
    case 'authentication':
      return {
        title: t('failure.authentication'),
        advice: t('failure.authenticationAdvice'),
      };
    case 'authorization':
      return {
        title: t('failure.authorization'),
        advice: t('failure.authorizationAdvice'),
      };
    case 'timeout':
      return {
        title: t('failure.timeout'),
        advice: t('failure.timeoutAdvice'),
      };
    default:
      return {
        title: t('failure.notAllowed'),
        // Only the backend knows which of the operator's rules it is.
        advice: sentenceOf(error),
      };
  }
}

function statusOf(error: unknown): number | undefined {
  return ResponseError.is(error) ? error.statusCode : undefined;
}

/** What stands between the browser and the backend answers without its names. */
function isOfBackend(error: unknown): boolean {
  return ResponseError.is(error) && error.body.error.name !== 'Error';
}

/** The backend's own message, as it came. */
export function messageOf(error: unknown): string {
  if (ResponseError.is(error)) {
    return error.body.error.message;
  }
  return error instanceof Error ? error.message : String(error);
}

/** The backend's own message, which ends without a full stop. */
export function sentenceOf(error: unknown): string {
  return asSentence(messageOf(error));
}

/** What the backend says of something, with a full stop. */
export function asSentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** The backend's own message, where there is one, rather than "Request failed with 400". */
function detailsOf(error: unknown): string {
  if (ResponseError.is(error)) {
    const { name, message } = error.body.error;
    return `${name}: ${message}`;
  }
  return error instanceof Error
    ? `${error.name}: ${error.message}`
    : String(error);
}
