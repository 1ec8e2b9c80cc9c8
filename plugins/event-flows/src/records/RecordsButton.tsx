import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import {
  GuardedButton,
  type GuardedButtonProps,
} from '../components/GuardedButton';
import { eventFlowsTranslationRef } from '../translation';
import { RecordsDialog } from './RecordsDialog';

/** Opens the records of a queue's topic, for those who may look at them. */
export function RecordsButton(
  props: { queue: Queue } & Pick<GuardedButtonProps, 'children' | 'variant'>,
) {
  const { queue, ...rest } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <GuardedButton
        {...rest}
        size="small"
        refusal={queue.mayReadRecords ? undefined : t('permission.recordRead')}
        onClick={() => setOpen(true)}
      />
      {isOpen && <RecordsDialog queue={queue} onClose={() => setOpen(false)} />}
    </>
  );
}
