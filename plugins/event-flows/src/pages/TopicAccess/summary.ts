import type { Translate } from '../../translation';
import type { AccessDraft } from './accessDraft';

/** A change in a few words, like `2 added, 1 removed`. */
export function summaryOf(
  { added, removed, renewed }: AccessDraft,
  t: Translate,
): string {
  const parts = [
    added.length > 0 && t('access.addedCount', { count: added.length }),
    removed.length > 0 && t('access.removedCount', { count: removed.length }),
    renewed.length > 0 && t('access.renewedCount', { count: renewed.length }),
  ].filter(Boolean);
  return parts.join(', ') || t('access.noChanges');
}
