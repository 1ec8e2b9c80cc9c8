import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type { ReceiptOutcome } from '@event-flows/backstage-plugin-event-flows-common';
import { StateChip } from '../components/StateChip';
import type { Tone } from '../components/StateDot';
import { eventFlowsTranslationRef } from '../translation';

const TONES: Record<ReceiptOutcome, Tone> = {
  ...{ delivered: 'ok', retried: 'warning', paused: 'warning' },
  ...{ refused: 'error', 'dead-lettered': 'error', skipped: 'off' },
};

/** What became of a record. */
export function ReceiptChip({ outcome }: { outcome: ReceiptOutcome }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return (
    <StateChip
      tone={TONES[outcome]}
      label={t(`receipts.outcomes.${outcome}`)}
    />
  );
}
