import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type { DeadLetterMark } from '@event-flows/backstage-plugin-event-flows-common';
import { StateChip } from '../components/StateChip';
import { eventFlowsTranslationRef } from '../translation';

/** What was done about a dead letter. */
export function MarkChip({ state }: { state?: DeadLetterMark['state'] }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  switch (state) {
    case 'redelivered':
      return <StateChip tone="ok" label={t('deadLetters.redelivered')} />;
    case 'dismissed':
      return <StateChip tone="off" label={t('deadLetters.dismissed')} />;
    default:
      return <StateChip tone="warning" label={t('deadLetters.open')} />;
  }
}
