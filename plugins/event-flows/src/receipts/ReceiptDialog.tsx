import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import type { RecordReceipts } from '@event-flows/backstage-plugin-event-flows-common';
import { useId } from 'react';
import { focusOnMount } from '../components/focusOnMount';
import { placeOf } from '../queue/heldUp/records';
import { ContentView } from '../records/ContentView';
import { eventFlowsTranslationRef } from '../translation';
import { ReceiptView } from './ReceiptView';

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
          {t('common.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
