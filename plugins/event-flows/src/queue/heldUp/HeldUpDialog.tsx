import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { HeldUpRecord } from '@event-flows/backstage-plugin-event-flows-common';
import { useId, useState } from 'react';
import { queueStateLabel } from '../../components/queueView';
import { StateChip } from '../../components/StateChip';
import { eventFlowsTranslationRef } from '../../translation';
import { HeldUpBatch } from './HeldUpBatch';
import { HeldUpItem, type HeldUpItemProps } from './HeldUpItem';

const useStyles = makeStyles(
  theme => ({
    // Its top stays where it is while the list gets shorter.
    container: { alignItems: 'flex-start' },
    title: { overflowWrap: 'anywhere' },
    list: { listStyle: 'none', margin: 0, padding: 0 },
    item: {
      display: 'flex',
      flexDirection: 'column',
      alignItems: 'flex-start',
      gap: theme.spacing(0.5),
      padding: theme.spacing(2, 0),
      borderTop: `1px solid ${theme.palette.divider}`,
    },
  }),
  { name: 'EventFlowsHeldUpDialog' },
);

/** Every record that is known to hold a queue up, each with its own actions. */
export function HeldUpDialog(
  props: HeldUpItemProps & { records: HeldUpRecord[]; onClose: () => void },
) {
  const { records, onClose, ...item } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const titleId = useId();
  const [isDeciding, setDeciding] = useState(false);
  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      classes={{ scrollPaper: classes.container }}
      // What is under way would end with it, and nobody would say so.
      onClose={isDeciding ? undefined : onClose}
      aria-labelledby={titleId}
    >
      <DialogTitle id={titleId} className={classes.title}>
        {t('heldUp.listTitle', { topic: item.queue.topic })}
      </DialogTitle>
      <DialogContent>
        <Typography variant="body2" color="textSecondary" paragraph>
          {records.length > 0 ? t('heldUp.listText') : t('heldUp.listEmpty')}
        </Typography>
        <HeldUpBatch
          queue={item.queue}
          records={records}
          onRunning={setDeciding}
        />
        <ul className={classes.list} aria-labelledby={titleId}>
          {records.map(record => (
            <li
              key={`${record.partition}@${record.offset}`}
              className={classes.item}
            >
              <StateChip
                {...queueStateLabel(
                  { state: 'enabled', phase: record.phase },
                  t,
                )}
              />
              <HeldUpItem {...item} record={record} />
            </li>
          ))}
        </ul>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={isDeciding}>
          {t('common.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
