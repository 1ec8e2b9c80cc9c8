import { CustomErrorBase } from '@backstage/errors';

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

/** @public */
export type BrokerConnectionReason = (typeof brokerConnectionReasons)[number];

/**
 * A cluster could not be connected, or refused what was asked of it.
 *
 * Answered as 400: the person who entered the connection can mend it. The
 * message says what to check and holds no secret.
 *
 * @public
 */
export class BrokerConnectionError extends CustomErrorBase {
  name = 'BrokerConnectionError' as const;
  readonly statusCode = 400;

  constructor(
    readonly reason: BrokerConnectionReason,
    message: string,
    cause?: Error,
  ) {
    super(message, cause);
  }
}

/**
 * The reason that an error of the API carries, if it is a
 * {@link BrokerConnectionError} of any origin: thrown here, or read from an
 * answer.
 *
 * @public
 */
export function brokerConnectionReasonOf(
  error: unknown,
): BrokerConnectionReason | undefined {
  if (typeof error !== 'object' || error === null) {
    return undefined;
  }
  const { name, reason } = error as { name?: unknown; reason?: unknown };
  return name === 'BrokerConnectionError'
    ? brokerConnectionReasons.find(known => known === reason)
    : undefined;
}
