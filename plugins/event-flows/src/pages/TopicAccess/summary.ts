import type { Translate } from '../../translation';
import type { AccessDifference } from './accessDraft';

/** A change in a few words, like `2 added, 1 removed`. */
export function summaryOf(change: AccessDifference, t: Translate): string {
  const { added, removed } = change;
  const parts = [
    added.length > 0 && t('access.addedCount', { count: added.length }),
    removed.length > 0 && t('access.removedCount', { count: removed.length }),
  ].filter(Boolean);
  return parts.join(', ') || t('access.noChanges');
}
