import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useDisableQueues } from '../../api/mutations';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { QueueNames } from '../../components/QueueNames';
import { eventFlowsTranslationRef } from '../../translation';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(2),
      padding: theme.spacing(0, 2, 1),
    },
  }),
  { name: 'EventFlowsBulkDisable' },
);

/** Disables the chosen queues, when asked and confirmed. */
export function BulkDisable(props: { queues: Queue[]; onDone: () => void }) {
  const { queues, onDone } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [isAsking, setAsking] = useState(false);
  const disable = useDisableQueues();
  if (queues.length === 0 && !isAsking) {
    return null;
  }
  const close = () => {
    setAsking(false);
    disable.reset();
  };
  return (
    <div className={classes.root}>
      <Typography variant="body2">
        {t('allQueues.chosen', { count: queues.length })}
      </Typography>
      <Button size="small" variant="outlined" onClick={() => setAsking(true)}>
        {t('allQueues.disable')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('allQueues.disableTitle', { count: queues.length })}
          confirmLabel={t('disable.confirm')}
          busy={disable.isPending}
          error={disable.error}
          errorTitle={t('allQueues.disableFailed')}
          onCancel={close}
          onConfirm={() =>
            disable.mutate(queues, {
              onSuccess: () => {
                close();
                onDone();
              },
            })
          }
        >
          <Typography>{t('disable.text')}</Typography>
          <QueueNames queues={queues} />
        </ConfirmDialog>
      )}
    </div>
  );
}
