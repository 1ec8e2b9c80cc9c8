import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  Receipt,
  RecordReceipts,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useId } from 'react';
import { focusOnMount } from '../components/focusOnMount';
import { formatCount } from '../format/numbers';
import { formatExact } from '../format/time';
import { placeOf } from '../queue/heldUp/records';
import { ContentView } from '../records/ContentView';
import { eventFlowsTranslationRef } from '../translation';
import { ReceiptChip } from './ReceiptChip';

const useStyles = makeStyles(
  theme => ({
    list: { listStyle: 'none', margin: 0, padding: 0 },
    item: {
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(1),
      padding: theme.spacing(2, 0),
      '& + &': { borderTop: `1px solid ${theme.palette.divider}` },
    },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 2),
    },
  }),
  { name: 'EventFlowsReceiptDialog' },
);

/** All that is known of the attempts of one record, in their order. */
export function ReceiptDialog(props: {
  record: RecordReceipts;
  onClose: () => void;
}) {
  const { record, onClose } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  return (
    <Dialog
      open
      fullWidth
      maxWidth="md"
      onClose={onClose}
      aria-labelledby={`${id}-title`}
    >
      <DialogTitle id={`${id}-title`}>{placeOf(record, t)}</DialogTitle>
      <DialogContent>
        {record.key && (
          <ContentView title={t('records.key')} content={record.key} />
        )}
        <ol className={classes.list} aria-label={t('deadLetters.attempts')}>
          {record.receipts.map(receipt => (
            <li
              key={`${receipt.at} ${receipt.outcome}`}
              className={classes.item}
            >
              <ReceiptView receipt={receipt} />
            </li>
          ))}
        </ol>
      </DialogContent>
      <DialogActions>
        <Button ref={focusOnMount} disableFocusRipple onClick={onClose}>
          {t('heldUp.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function ReceiptView({ receipt }: { receipt: Receipt }) {
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
