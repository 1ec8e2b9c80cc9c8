import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Portal from '@material-ui/core/Portal';
import Snackbar from '@material-ui/core/Snackbar';
import Alert from '@material-ui/lab/Alert';
import { eventFlowsTranslationRef } from '../translation';

/** Milliseconds until it goes by itself, if nobody points at it. */
const DURATION = 6_000;

/** Says for a short time that something worked, without moving the page. */
export function Notice(props: { text?: string; onClose: () => void }) {
  const { text, onClose } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  if (text === undefined) {
    return null;
  }
  return (
    <Portal>
      <Snackbar
        key={text}
        open
        autoHideDuration={DURATION}
        onClose={(_event, why) => {
          if (why !== 'clickaway') {
            onClose();
          }
        }}
      >
        <Alert
          severity="success"
          role="status"
          elevation={6}
          onClose={onClose}
          closeText={t('common.dismiss')}
        >
          {text}
        </Alert>
      </Snackbar>
    </Portal>
  );
}
