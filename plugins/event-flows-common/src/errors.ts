import { visibleLine } from './visibleLine';

/** Characters of a message: fifty long addresses and what is said of them. */
const MAX_MESSAGE_LENGTH = 2000;

/**
 * Why a cluster could not be connected.
 *
 * @public
 */
export const brokerConnectionReasons = [
  'unreachable',
  'tls',
  'authentication',
  'authorization',
  'timeout',
  'not-allowed',
] as const;

/** See {@link brokerConnectionReasons}. @public */
export type BrokerConnectionReason = (typeof brokerConnectionReasons)[number];

/**
 * A cluster could not be connected, or refused what was asked of it.
 *
 * Answered as 400: the person who entered the connection can mend it. The
 * message says what to check, in one line, and holds no secret.
 *
 * @public
 */
export class BrokerConnectionError extends Error {
  /** Stays the same when code is minified. */
  name = 'BrokerConnectionError' as const;
  /** The HTTP status that the API answers with. */
  readonly statusCode = 400;

  constructor(
    /** What failed, for programs. */
    readonly reason: BrokerConnectionReason,
    message: string,
    cause?: Error,
  ) {
    // Beside the message, not in it: what a client of Kafka says internally is
    // for the log, the message is for the person.
    super(visibleLine(message, MAX_MESSAGE_LENGTH), cause && { cause });
  }
}

/**
 * The reason that an error carries, if it is a {@link BrokerConnectionError}:
 * thrown here, or inside the `ResponseError` that the API's client throws.
 *
 * @public
 */
export function brokerConnectionReasonOf(
  error: unknown,
): BrokerConnectionReason | undefined {
  for (const candidate of [
    error,
    propertyOf(propertyOf(error, 'body'), 'error'),
  ]) {
    if (propertyOf(candidate, 'name') === 'BrokerConnectionError') {
      const reason = propertyOf(candidate, 'reason');
      return brokerConnectionReasons.find(known => known === reason);
    }
  }
  return undefined;
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
