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
  /** What the system said, for whoever has to dig deeper. */
  details: string;
}

/** Says what happened, what to do, and keeps the technical text apart. */
export function describeError(error: unknown, t: Translate): ErrorDescription {
  const details = detailsOf(error);
  const reason = brokerConnectionReasonOf(error);
  if (reason) {
    return { ...describeReason(reason, t), details };
  }
  switch (statusOf(error)) {
    case undefined:
      return {
        title: t('failure.network'),
        advice: t('failure.networkAdvice'),
        details,
      };
    case 400:
      return {
        title: t('failure.invalid'),
        advice: t('failure.invalidAdvice', { message: messageOf(error) }),
        details,
      };
    case 401:
    case 403:
      return {
        title: t('failure.forbidden'),
        advice: t('failure.forbiddenAdvice'),
        details,
      };
    case 404:
      return {
        title: t('failure.notFound'),
        advice: t('failure.notFoundAdvice'),
        details,
      };
    case 409:
      return {
        title: t('failure.conflict'),
        advice: t('failure.conflictAdvice'),
        details,
      };
    default:
      return {
        title: t('failure.server'),
        advice: t('failure.serverAdvice'),
        details,
      };
  }
}

/** Whether the backend answered and said no, so that asking again is no use. */
export function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && status >= 400 && status < 500;
}

/** Whether somebody else changed it since it was read. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409;
}

function describeReason(
  reason: BrokerConnectionReason,
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
        advice: t('failure.notAllowedAdvice'),
      };
  }
}

function statusOf(error: unknown): number | undefined {
  return ResponseError.is(error) ? error.statusCode : undefined;
}

function messageOf(error: unknown): string {
  return ResponseError.is(error) ? error.body.error.message : String(error);
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
