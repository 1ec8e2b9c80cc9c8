import type {
  AlgorithmVersion,
  QueueWaitsFor,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Approval, QueueRecord } from '../queues/QueuesStore';

/** {@link QueueWaitsFor} before anybody has noted it. */
export type Pending = QueueWaitsFor extends infer W
  ? W extends QueueWaitsFor
    ? Omit<W, 'since'>
    : never
  : never;

/** What the catalog no longer says as it was agreed to, in words as well. */
export interface Mismatch {
  waitsFor: Pending;
  /** What changed and what to do. */
  reason: string;
}

/** What is agreed to by whoever enables a queue with a version. */
export function approvalOf(
  wanted: string,
  { uid, endpoint }: AlgorithmVersion,
): Approval {
  return {
    // What *Latest* means changes: that is what it is chosen for.
    ...(wanted !== 'latest' && uid !== undefined && { versionUid: uid }),
    origin: originOf(endpoint),
  };
}

/** Whether an entity is another one than that which was given access. */
export function isRecreated(
  { algorithmUid }: Pick<QueueRecord, 'algorithmUid'>,
  uid: string | undefined,
): boolean {
  return (
    algorithmUid !== undefined && uid !== undefined && algorithmUid !== uid
  );
}

/** What an administrator has to be asked for, and why. */
export function recreatedReason(algorithmRef: string): string {
  return `${algorithmRef} was deleted and created anew in the catalog since it was given access to the topic. The new one has no access: an administrator can renew it where the access to the topic is edited`;
}

/**
 * Compares a version with what was approved.
 *
 * @returns undefined where requests may go there
 */
export function checkApproval(
  approval: Approval,
  { ref, uid, endpoint }: AlgorithmVersion,
): Mismatch | undefined {
  const origin = originOf(endpoint);
  const isMoved = origin !== approval.origin;
  const isAnother =
    approval.versionUid !== undefined && approval.versionUid !== uid;
  if (!isMoved && !isAnother) {
    return undefined;
  }
  const changes = [
    isAnother &&
      `${ref} was deleted and created anew in the catalog since it was approved`,
    isMoved &&
      `Requests would now go to ${origin} (${ref}), but ${approval.origin} was approved`,
  ].filter(change => change !== false);
  return {
    waitsFor: {
      kind: 'approval',
      versionRef: ref,
      origin,
      approvedOrigin: approval.origin,
    },
    reason: `${changes.join('. ')}. Nothing is sent there. Enable the queue again to approve ${isMoved ? origin : 'the new one'}, or have the catalog corrected`,
  };
}

/** Scheme, host and port: no user, path or query, which say too much. */
function originOf(endpoint: string): string {
  return new URL(endpoint).origin;
}
