import type {
  Queue,
  QueueCounters,
  QueuePhase,
  QueueStatus,
} from '@event-flows/backstage-plugin-event-flows-common';
import { queueAdvice } from './queueAdvice';
import type { Tone } from './StateDot';
import type { Translate } from '../translation';

/** A queue's state in a person's words. */
export interface QueueView {
  label: string;
  tone: Tone;
  /** Why it is so; absent where the label says it all. */
  reason?: string;
  /** What to do about it, where there is something. */
  advice?: string;
}

/** What a queue is really doing, and what to do about it. */
export function queueView(
  queue: Pick<Queue, 'state' | 'status' | 'versionRef' | 'settings'>,
  t: Translate,
): QueueView {
  const { state, status } = queue;
  if (state === 'disabled') {
    const view = disabledView(status?.phase, Boolean(queue.versionRef), t);
    return { ...view, reason: status?.reason ?? view.reason };
  }
  if (status?.waitsFor) {
    const label =
      status.waitsFor.kind === 'approval'
        ? t('phase.waitsForApproval')
        : t('phase.waitsForAccess');
    return { label, tone: 'error', reason: status.reason };
  }
  const view = phaseView(status?.phase ?? 'starting', t);
  const advice = queueAdvice(queue, t);
  return {
    ...view,
    ...(status?.stalledSince !== undefined && { tone: 'error' }),
    ...{ reason: status?.reason ?? view.reason, advice },
  };
}

/** A short label for lists that show nothing but the state. */
export function queueStateLabel(
  queue: { state: Queue['state']; phase?: QueuePhase },
  t: Translate,
): { label: string; tone: Tone } {
  if (queue.state === 'disabled') {
    return disabledView(queue.phase, true, t);
  }
  return phaseView(queue.phase ?? 'starting', t);
}

/** Disabled is said only when nobody delivers any more. */
function disabledView(
  phase: QueuePhase | undefined,
  wasEnabled: boolean,
  t: Translate,
): QueueView {
  if (phase !== undefined && phase !== 'stopped') {
    return {
      label: t('phase.stopping'),
      tone: 'busy',
      reason: t('phase.stoppingText'),
    };
  }
  return {
    label: t('phase.disabled'),
    tone: 'off',
    reason: wasEnabled ? t('phase.disabledText') : t('phase.disabledNeverText'),
  };
}

function phaseView(phase: QueuePhase, t: Translate): QueueView {
  switch (phase) {
    case 'starting':
      return {
        label: t('phase.starting'),
        tone: 'busy',
        reason: t('phase.startingText'),
      };
    case 'running':
      return { label: t('phase.running'), tone: 'ok' };
    case 'retrying':
      return {
        label: t('phase.retrying'),
        tone: 'warning',
        reason: t('phase.retryingText'),
      };
    case 'blocked':
      return {
        label: t('phase.blocked'),
        tone: 'error',
        reason: t('phase.blockedText'),
      };
    case 'paused':
      return {
        label: t('phase.paused'),
        tone: 'warning',
        reason: t('phase.pausedText'),
      };
    case 'failed':
      return {
        label: t('phase.failed'),
        tone: 'error',
        reason: t('phase.failedText'),
      };
    default:
      return {
        label: t('phase.stopped'),
        tone: 'warning',
        reason: t('phase.stoppedText'),
      };
  }
}

/**
 * Records that are accounted for, where that is not what was read: a defect
 * that nobody should have to find by adding up.
 */
export function unbalancedBy(counters: QueueCounters): number | undefined {
  const accounted =
    counters.delivered +
    counters.deadLettered +
    counters.skipped +
    counters.inFlight;
  return accounted === counters.read ? undefined : accounted;
}

/** How long an error is worth a line after it, in milliseconds. */
const RECENT_MS = 10 * 60_000;

/**
 * The last error of a queue that delivers all the same; none where it is old,
 * or where the queue's reason says it already.
 */
export function recentError(
  { state, status }: Pick<Queue, 'state' | 'status'>,
  nowMs: number,
): QueueStatus['lastError'] {
  const error = status?.lastError;
  const isWorth =
    error !== undefined &&
    state === 'enabled' &&
    (status?.phase === 'running' || status?.phase === 'retrying') &&
    nowMs - Date.parse(error.at) < RECENT_MS &&
    !status.reason?.includes(error.message);
  return isWorth ? error : undefined;
}
