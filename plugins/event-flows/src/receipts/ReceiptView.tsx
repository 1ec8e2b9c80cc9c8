import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { Receipt } from '@event-flows/backstage-plugin-event-flows-common';
import { formatCount } from '../format/numbers';
import { formatExact } from '../format/time';
import { ContentView } from '../records/ContentView';
import { eventFlowsTranslationRef } from '../translation';
import { ReceiptChip } from './ReceiptChip';

const useStyles = makeStyles(
  theme => ({
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 2),
    },
  }),
  { name: 'EventFlowsReceiptView' },
);

/** One attempt: how it ended, why, and what was answered. */
export function ReceiptView({ receipt }: { receipt: Receipt }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { at, attempt, outcome, reason, status, latencyMs } = receipt;
  const facts = [
    formatExact(at),
    latencyMs !== undefined && t('receipts.attempt', { number: `${attempt}` }),
    status !== undefined && t('records.status', { status: `${status}` }),
    latencyMs !== undefined &&
      t('records.latency', { ms: formatCount(latencyMs) }),
  ].filter(Boolean);
  return (
    <>
      <div className={classes.head}>
        <ReceiptChip outcome={outcome} />
        <Typography variant="body2">{facts.join(' · ')}</Typography>
        {receipt.versionRef && (
          <Typography variant="body2" color="textSecondary">
            <EntityDisplayName entityRef={receipt.versionRef} hideIcon />
          </Typography>
        )}
      </div>
      {reason && <Typography variant="body2">{reason}</Typography>}
      {receipt.answer && receipt.answer.size > 0 && (
        <ContentView title={t('records.answer')} content={receipt.answer} />
      )}
    </>
  );
}
