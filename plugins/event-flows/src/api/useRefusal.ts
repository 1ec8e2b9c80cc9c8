import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { eventFlowsTranslationRef } from '../translation';
import { useAllowed } from './queries';

/**
 * Why the caller may not do what a permission of administration stands for,
 * or undefined where they may.
 */
export function useRefusal(permission: { name: string }): string | undefined {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { data } = useAllowed();
  if (!data) {
    return t('permission.checking');
  }
  return data.items.includes(permission.name)
    ? undefined
    : t('permission.missing', { permission: permission.name });
}
