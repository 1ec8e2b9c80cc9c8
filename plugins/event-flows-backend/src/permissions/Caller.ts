import type {
  AuditorServiceCreateEventOptions,
  AuditorServiceEvent,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';

/** What is recorded of an attempt to change something. */
export type AuditedAction = Required<
  Pick<AuditorServiceCreateEventOptions, 'eventId' | 'severityLevel' | 'meta'>
>;

/** Whoever sent a request, as the services see them. */
export interface Caller {
  credentials: BackstageCredentials;
  /** Entity ref of a person, subject of a service. */
  ref: string;
  /** Aborts when the caller no longer waits for the answer. */
  signal: AbortSignal;
  /** Begins an audit event of this request. */
  audit(action: AuditedAction): Promise<AuditorServiceEvent>;
}

/** Does something and records who tried it and what came of it. */
export async function audited<T>(
  caller: Caller,
  action: AuditedAction,
  perform: () => Promise<T>,
): Promise<T> {
  const event = await caller.audit(action);
  try {
    const result = await perform();
    await event.success();
    return result;
  } catch (error) {
    await event.fail({ error: asError(error) });
    throw error;
  }
}

/**
 * Looks for what a caller wants to change, and records the attempt where there
 * is no such thing, or none that they may see.
 */
export async function auditedLookup<T>(
  caller: Caller,
  action: AuditedAction,
  find: () => Promise<T>,
): Promise<T> {
  try {
    return await find();
  } catch (error) {
    const event = await caller.audit(action);
    await event.fail({ error: asError(error) });
    throw error;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(toError(error).message);
}
