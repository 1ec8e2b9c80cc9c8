import {
  isExpiring,
  type PauseClock,
  type QueueSettings,
  type QueueStatus,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueRecord } from '../queues/QueuesStore';

/** Milliseconds for which trouble must last, or be over, before anybody is told. */
export const CONFIRM_MS = 20_000;

/** Why a queue needs its owner. */
export type IncidentKind =
  | 'blocked'
  | 'paused'
  | 'failed'
  /** It has delivered nothing for long, and goes on trying or starting. */
  | 'stalled'
  /** More records wait than the owner chose, or older ones. */
  | 'behind'
  /** Unread records are deleted, or soon will be. */
  | 'expiring';

/** A queue's trouble, from when it was first seen to when it was over for a while. */
export interface Incident {
  kind: IncidentKind;
  /** When it was first seen to be of this kind, ISO 8601. */
  since: string;
  /** What the owner was told last; absent: nothing yet. */
  toldKind?: IncidentKind;
  /** When it was first seen to be over, ISO 8601. */
  calmSince?: string;
}

/** What becomes of an incident when somebody has looked again. */
export interface IncidentStep {
  /** Undefined: there is none, or it is over. */
  next: Incident | undefined;
  /** What the owner is to be told now. */
  tell?: IncidentKind | 'recovered';
}

/**
 * Why a queue needs its owner now; undefined if it does not, `unknown` while
 * nothing says that what was wrong is over: after a stall, also while it runs
 * and has not delivered yet. One that waits for approval does
 * need its owner, who is told of that where it is noted. That records get lost
 * matters more than why, also where somebody has disabled the queue.
 *
 * @param clock - as it was found out while the queue stands still
 */
export function troubleOf(
  { state, settings }: Pick<QueueRecord, 'state' | 'settings'>,
  status: QueueStatus,
  clock: PauseClock | undefined,
  nowMs: number,
): IncidentKind | 'unknown' | undefined {
  if (clock && isExpiring(clock, nowMs)) {
    return 'expiring';
  }
  if (state !== 'enabled') {
    return undefined;
  }
  const { phase, waitsFor, stalledSince } = status;
  if (waitsFor) {
    return 'unknown';
  }
  if (phase === 'blocked' || phase === 'paused' || phase === 'failed') {
    return phase;
  }
  if (stalledSince !== undefined) {
    return phase === 'running' ? 'unknown' : 'stalled';
  }
  if (hasTooMany(settings, status) || hasTooOld(settings, status, nowMs)) {
    return 'behind';
  }
  return phase === 'running' ? undefined : 'unknown';
}

/** Whether more records wait than the owner chose. */
export function hasTooMany(
  { lagAlert }: Pick<QueueSettings, 'lagAlert'> = {},
  { lag }: Pick<QueueStatus, 'lag'>,
): boolean {
  return lagAlert !== undefined && lag >= lagAlert;
}

/** Whether an older record waits than the owner chose, by its own timestamp. */
function hasTooOld(
  { ageAlertMs }: Pick<QueueSettings, 'ageAlertMs'> = {},
  { oldestWaitingAt }: Pick<QueueStatus, 'oldestWaitingAt'>,
  nowMs: number,
): boolean {
  return (
    ageAlertMs !== undefined &&
    oldestWaitingAt !== undefined &&
    nowMs - Date.parse(oldestWaitingAt) >= ageAlertMs
  );
}

/**
 * One look at a queue: an incident is told when it has lasted, told again when
 * it has become one of another kind, and its end when that has lasted.
 *
 * @param before - as the look before has left it
 */
export function stepIncident(
  before: Incident | undefined,
  trouble: IncidentKind | 'unknown' | undefined,
  nowMs: number,
): IncidentStep {
  if (trouble === 'unknown' || (trouble === 'stalled' && isHalted(before))) {
    return { next: before?.toldKind && withoutCalm(before) };
  }
  const at = new Date(nowMs).toISOString();
  const hasLasted = (since: string) => nowMs - Date.parse(since) >= CONFIRM_MS;
  if (trouble === undefined) {
    if (before?.toldKind === undefined) {
      return { next: undefined };
    }
    const calmSince = before.calmSince ?? at;
    return hasLasted(calmSince)
      ? { next: undefined, tell: 'recovered' }
      : { next: { ...before, calmSince } };
  }
  const { kind, since, toldKind } = before ?? { kind: trouble, since: at };
  const next: Incident = {
    kind: trouble,
    since: kind === trouble ? since : at,
    ...(toldKind && { toldKind }),
  };
  return toldKind !== trouble && hasLasted(next.since)
    ? { next: { ...next, toldKind: trouble }, tell: trouble }
    : { next };
}

/** Whoever knows that nothing is delivered is told no news by that it stays so. */
function isHalted(incident: Incident | undefined): boolean {
  const toldKind = incident?.toldKind;
  return (
    toldKind === 'blocked' || toldKind === 'paused' || toldKind === 'failed'
  );
}

/** It goes on: that it is over has to last from the beginning. */
function withoutCalm({ calmSince: _, ...incident }: Incident): Incident {
  return incident;
}
