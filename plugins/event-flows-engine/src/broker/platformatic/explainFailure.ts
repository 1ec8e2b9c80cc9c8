import { isNativeError } from 'node:util/types';
import type { BrokerConnectionError } from '@event-flows/backstage-plugin-event-flows-common';
import { AddressNotAllowedError } from '../../address/AddressPolicy';
import { isTlsError } from '../../address/tlsErrors';
import { BrokenAnswerError } from '../guardAnswers';
import {
  toBrokerConnectionError,
  type FailureContext,
} from '../kafka/brokerErrors';

/** Turns whatever the library threw into an error with a reason and an advice. */
export function explainFailure(
  error: unknown,
  { socketFailure, ...context }: FailureContext,
): BrokerConnectionError {
  return toBrokerConnectionError(mostTelling(error), {
    ...context,
    socketFailure: socketFailure && mostTelling(socketFailure),
  });
}

/**
 * Whether another try would fail in the same way: an address that is not
 * allowed, a sign-in that was refused (too many of them lock an account), or a
 * certificate.
 */
export function isFinal(error: unknown): boolean {
  return [...failuresIn(error)].some(
    failure =>
      failure instanceof AddressNotAllowedError ||
      failure.code === 'PLT_KFK_AUTHENTICATION' ||
      isTlsError(failure),
  );
}

/**
 * Whether the next try may go well by itself. The library does not try again
 * when a broker did not answer in time, but that is no answer.
 */
export function mayPass(error: unknown): boolean {
  return (
    !isFinal(error) &&
    [...failuresIn(error)].every(
      ({ canRetry, code }) => canRetry !== false || code === 'PLT_KFK_NETWORK',
    )
  );
}

type Failure = Error & {
  code?: string;
  /** The library's opinion. */
  canRetry?: boolean;
  /** Kafka's name of an error that a broker answered. */
  apiId?: string;
  errors?: unknown;
};

/**
 * The library gathers the failures of its tries and of their parts in trees;
 * the leaf that says most becomes the error, and the tree its cause.
 */
function mostTelling(error: unknown): Error {
  const failures = [...failuresIn(error)];
  const telling =
    failures.find(failure => failure instanceof AddressNotAllowedError) ??
    failures.find(isTlsError) ??
    failures.find(failure => failure instanceof BrokenAnswerError) ??
    failures.find(failure => typeOf(failure) !== undefined) ??
    failures.find(failure => /^E[A-Z]+$/.test(failure.code ?? '')) ??
    failures.at(-1);
  if (!telling) {
    return new Error(String(error));
  }
  if (
    telling instanceof AddressNotAllowedError ||
    telling instanceof BrokenAnswerError
  ) {
    return telling;
  }
  return Object.assign(new Error(telling.message, { cause: error }), {
    code: telling.code,
    type: typeOf(telling),
  });
}

/** As the other driver's errors name it. */
function typeOf({ apiId, message }: Failure): string | undefined {
  return apiId === 'UNKNOWN_TOPIC_ID' || message.startsWith('Unknown topic ')
    ? 'UNKNOWN_TOPIC_OR_PARTITION'
    : apiId;
}

function* failuresIn(error: unknown, depth = 0): Generator<Failure> {
  if (!isNativeError(error) || depth > 10) {
    return;
  }
  const failure: Failure = error;
  yield failure;
  yield* failuresIn(failure.cause, depth + 1);
  if (Array.isArray(failure.errors)) {
    for (const part of failure.errors) {
      yield* failuresIn(part, depth + 1);
    }
  }
}
