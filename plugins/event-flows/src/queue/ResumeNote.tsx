import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type { QueueStatus } from '@event-flows/backstage-plugin-event-flows-common';
import { FieldGroup } from '../components/FieldGroup';
import { eventFlowsTranslationRef } from '../translation';
import { resumePoint } from './resumePoint';

/** Where a queue goes on that was enabled before. */
export function ResumeNote({ status }: { status?: QueueStatus }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return (
    <FieldGroup legend={t('enable.startWith')}>
      <Typography variant="body2">{resumePoint(status, t)}</Typography>
    </FieldGroup>
  );
}
