import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type { RewindPreview } from '@event-flows/backstage-plugin-event-flows-common';
import { formatCount } from '../../format/numbers';
import { eventFlowsTranslationRef } from '../../translation';

/** What moving would mean, in records. */
export function RewindPreviewNote({ preview }: { preview?: RewindPreview }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return (
    // There from the beginning, so that what comes into it is read out.
    <div role="status">
      {preview && (
        <Typography>
          {t('rewind.records', {
            ...{ count: preview.records, number: formatCount(preview.records) },
          })}
          {preview.again > 0 &&
            ` ${t('rewind.again', { number: formatCount(preview.again) })}`}
          {preview.leftOut > 0 &&
            ` ${t('rewind.leftOut', {
              ...{ count: preview.leftOut },
              ...{ number: formatCount(preview.leftOut) },
            })}`}
        </Typography>
      )}
    </div>
  );
}
