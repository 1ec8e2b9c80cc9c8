import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { isConflict } from '../../api/describeError';
import { ErrorNotice } from '../../components/ErrorNotice';
import { eventFlowsTranslationRef } from '../../translation';

/** Why the cluster was not connected, and what to check. */
export function ConnectFailure({ error }: { error: unknown }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return isConflict(error) ? (
    <ErrorNotice error={error} title={t('failure.nameTaken')}>
      {t('failure.nameTakenAdvice')}
    </ErrorNotice>
  ) : (
    <ErrorNotice error={error} />
  );
}
