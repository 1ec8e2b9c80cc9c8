import {
  BrokerConnectionError,
  type BrokerConnectionReason,
} from '@event-flows/backstage-plugin-event-flows-common';
import type {
  AdminCallOptions,
  BrokerAdmin,
  DeliveryEngine,
  EngineLogEntry,
} from '../types';

/** What can be asked of the engine in the worker. */
export type EngineCalls = Pick<DeliveryEngine, 'apply' | 'reports' | 'close'> &
  BrokerAdmin;
export type CallName = keyof EngineCalls;

/** What of a call's options crosses the thread; a signal becomes a message of its own. */
export type SentOptions = Pick<AdminCallOptions, 'timeoutMs'>;

export type HostMessage =
  | {
      kind: 'call';
      id: number;
      name: CallName;
      args: unknown[];
      options?: SentOptions;
    }
  | { kind: 'cancel'; id: number };

export type WorkerMessage =
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'error'; id: number; error: SentError }
  | { kind: 'log'; entry: EngineLogEntry };

/** As much of an error as is worth sending; classes do not cross threads. */
export interface SentError {
  message: string;
  /** Of a BrokerConnectionError. */
  reason?: BrokerConnectionReason;
  cause?: string;
}

export function toSentError(error: unknown): SentError {
  if (!(error instanceof Error)) {
    return { message: String(error) };
  }
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return error instanceof BrokerConnectionError
    ? { message: error.message, reason: error.reason, cause }
    : { message: error.message, cause };
}

export function fromSentError({ message, reason, cause }: SentError): Error {
  const causing = cause === undefined ? undefined : new Error(cause);
  return reason
    ? new BrokerConnectionError(reason, message, causing)
    : new Error(message, causing && { cause: causing });
}
