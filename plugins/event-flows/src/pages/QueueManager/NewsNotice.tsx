import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { eventFlowsTranslationRef } from '../../translation';
import type { News } from './news';

const useStyles = makeStyles(
  theme => ({ root: { marginBottom: theme.spacing(2) } }),
  { name: 'EventFlowsNewsNotice' },
);

/** Says that something worked, and what is still to come, until it is dismissed. */
export function NewsNotice(props: { news: News; onDismiss: () => void }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { kind, name, stopping } = props.news;
  return (
    <Alert
      severity={stopping ? 'warning' : 'success'}
      variant="outlined"
      role="status"
      className={classes.root}
      onClose={props.onDismiss}
      closeText={t('queueManager.dismiss')}
    >
      {kind === 'created' && t('queueManager.created', { name })}
      {kind === 'deleted' &&
        (stopping
          ? t('queueManager.deletedStopping', { name, message: stopping })
          : t('queueManager.deleted', { name }))}
    </Alert>
  );
}
