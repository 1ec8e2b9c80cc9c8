import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import type {
  RewindPreview,
  RewindTo,
} from '@event-flows/backstage-plugin-event-flows-common';
import { formatCount, formatOffset } from '../../format/numbers';
import { eventFlowsTranslationRef, type Translate } from '../../translation';

/** What moving would mean, in records. */
export function RewindPreviewNote(props: {
  to?: RewindTo;
  preview?: RewindPreview;
}) {
  const { to, preview } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return (
    // There from the beginning, so that what comes into it is read out.
    <div role="status">
      {preview && (
        <Typography>
          {outsideText(to, preview, t)}
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

/** That there is no such offset, and where the position goes instead. */
function outsideText(
  to: RewindTo | undefined,
  { partitions }: RewindPreview,
  t: Translate,
): string | undefined {
  if (to?.kind !== 'offset') {
    return undefined;
  }
  const target = partitions.find(
    ({ partition }) => partition === to.partition,
  )?.target;
  if (target === undefined || BigInt(target) === BigInt(to.offset)) {
    return undefined;
  }
  const place = { partition: `${to.partition}`, offset: formatOffset(target) };
  return BigInt(target) < BigInt(to.offset)
    ? `${t('rewind.afterEnd', place)} `
    : `${t('rewind.beforeBeginning', place)} `;
}
