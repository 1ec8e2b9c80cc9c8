import { isTlsError } from '../address/tlsErrors';
import { AddressNotAllowedError } from '../address/AddressPolicy';
import type { DeliveryTrial } from '../types';
import { parseRetryAfter } from '../queue/Backoff';

/** What an endpoint answered. */
export interface EndpointResponse {
  status: number;
  retryAfter?: string;
  /** Read only where somebody looks at the body. */
  contentType?: string;
  /** As much of it as was to be kept. */
  body: Buffer;
  /** Bytes that were read, whether or not they were kept. */
  size: number;
  /** The body was longer than what was read. */
  truncated: boolean;
}

/** How one attempt ended. Reasons hold no secret and no query of a URL. */
export type Outcome =
  | { kind: 'delivered' }
  /** May succeed later. */
  | {
      kind: 'transient';
      reason: string;
      status?: number;
      retryAfterMs?: number;
      /** Whose fault it is: what the endpoint does to every record, to this one, or either. */
      fault: 'endpoint' | 'record' | 'either';
    }
  /** The endpoint or what we know of it has to be mended; the record is fine. */
  | { kind: 'misconfigured'; reason: string; status?: number }
  /** This record will never be taken. */
  | { kind: 'refused'; reason: string; status?: number }
  /** The record cannot be made into a request. */
  | { kind: 'poison'; reason: string };

/** What becomes of the record after an attempt that ended so, for people. */
export const ATTEMPT_OUTCOMES = {
  ...{ delivered: 'delivered', transient: 'retried', misconfigured: 'paused' },
  ...{ refused: 'refused', poison: 'refused' },
} as const satisfies Record<Outcome['kind'], DeliveryTrial['outcome']>;

/** Endpoint and clock, as far as the outcome depends on them. */
export interface OutcomeContext {
  /** Host and port for messages. */
  host: string;
  failurePointer?: string;
  nowMs: number;
}

const TRANSIENT = new Set([404, 408, 409, 425, 429]);
const NOT_MENDED_BY_WAITING = new Set([501, 505]);
const MISCONFIGURED = new Set([401, 403, 407, 410]);
const HONOURS_RETRY_AFTER = new Set([429, 503]);

/** The endpoint says so of itself, or whatever stands before it does. */
const OF_THE_ENDPOINT = new Set([429, 502, 503, 504]);
/** The endpoint is well enough to look at the record. */
const OF_THE_RECORD = new Set([404, 409, 425]);
/** There was no connection, so that no record can be why. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const NAMES: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'host name not resolved',
  UND_ERR_SOCKET: 'connection closed',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
};

/** The outcome of an attempt that was answered. */
export function outcomeOfResponse(
  response: EndpointResponse,
  context: OutcomeContext,
): Outcome {
  const { status } = response;
  if (status >= 200 && status < 300) {
    return outcomeOfSuccess(response, context);
  }
  const reason = `${status} from ${context.host}`;
  if (status < 400) {
    return {
      kind: 'misconfigured',
      status,
      reason: `${reason}: redirects are not followed; the version has to name the final address`,
    };
  }
  if (MISCONFIGURED.has(status)) {
    return { kind: 'misconfigured', status, reason };
  }
  const isServerFault = status >= 500 && !NOT_MENDED_BY_WAITING.has(status);
  if (TRANSIENT.has(status) || isServerFault) {
    const retryAfterMs = HONOURS_RETRY_AFTER.has(status)
      ? parseRetryAfter(response.retryAfter, context.nowMs)
      : undefined;
    return {
      kind: 'transient',
      status,
      reason,
      retryAfterMs,
      fault: faultOf(status),
    };
  }
  return { kind: 'refused', status, reason };
}

/** The outcome of an attempt that was not answered, or not to the end. */
export function outcomeOfError(
  error: Error & { code?: unknown },
  { host }: OutcomeContext,
): Outcome {
  if (error instanceof AddressNotAllowedError) {
    return { kind: 'misconfigured', reason: error.message };
  }
  if (isTlsError(error)) {
    return {
      kind: 'misconfigured',
      reason: `The certificate of ${host} was not accepted (${error.code})`,
    };
  }
  if (error.code === 'UND_ERR_INVALID_ARG') {
    return {
      kind: 'poison',
      reason: `No request could be made: ${error.message}`,
    };
  }
  const cause = typeof error.code === 'string' ? error.code : error.message;
  return {
    kind: 'transient',
    reason: `${NAMES[cause] ?? cause} at ${host}`,
    fault: NO_CONNECTION.has(cause) ? 'endpoint' : 'either',
  };
}

function faultOf(status: number): 'endpoint' | 'record' | 'either' {
  if (OF_THE_ENDPOINT.has(status)) {
    return 'endpoint';
  }
  return OF_THE_RECORD.has(status) ? 'record' : 'either';
}

function outcomeOfSuccess(
  { status, body, truncated }: EndpointResponse,
  { host, failurePointer }: OutcomeContext,
): Outcome {
  if (failurePointer === undefined) {
    return { kind: 'delivered' };
  }
  const refused = (what: string): Outcome => ({
    kind: 'refused',
    status,
    reason: `${status} from ${host} ${what}`,
  });
  if (truncated) {
    return refused(`with too long an answer to look up ${failurePointer}`);
  }
  return hasValueAt(body, failurePointer)
    ? refused(`with a failure at ${failurePointer}`)
    : { kind: 'delivered' };
}

/** Whether JSON has something other than null at a JSON Pointer (RFC 6901). */
function hasValueAt(body: Buffer, pointer: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    // An answer that is no JSON has no value anywhere.
    return false;
  }
  const tokens = pointer.split('/').slice(1);
  for (const token of tokens) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (
      typeof value !== 'object' ||
      value === null ||
      !Object.hasOwn(value, name)
    ) {
      return false;
    }
    value = (value as Record<string, unknown>)[name];
  }
  return value !== null && value !== undefined;
}
