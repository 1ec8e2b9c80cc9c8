import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import { GuardedButton } from '../../components/GuardedButton';
import { ProgressButton } from '../../components/ProgressButton';
import { eventFlowsTranslationRef } from '../../translation';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.5),
      '& > button': { whiteSpace: 'nowrap' },
    },
    // Over the word, so that the buttons stay where they are.
    progress: {
      position: 'absolute',
      inset: 0,
      margin: 0,
      alignItems: 'center',
      justifyContent: 'center',
      color: theme.palette.primary.main,
    },
  }),
  { name: 'EventFlowsHeldUpActions' },
);

/**
 * **Look at it** for those who may read records; **Retry now**, **Skip this
 * record**, **Dead-letter it**, with the reason to those who may not.
 */
export function HeldUpActions(props: {
  mayUpdate: boolean;
  mayReadRecords: boolean;
  isRetrying: boolean;
  onLook: () => void;
  onRetry: () => void;
  onSkip: () => void;
  onDeadLetter: () => void;
}) {
  const { mayUpdate, mayReadRecords, isRetrying } = props;
  const { onLook, onRetry, onSkip, onDeadLetter } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const refusal = mayUpdate ? undefined : t('permission.queueUpdate');
  return (
    <div className={classes.root}>
      {mayReadRecords && (
        <Button size="small" variant="outlined" onClick={onLook}>
          {t('heldUp.look')}
        </Button>
      )}
      {mayUpdate ? (
        <ProgressButton
          busy={isRetrying}
          size="small"
          variant="outlined"
          color="primary"
          classes={{ startIcon: classes.progress }}
          onClick={onRetry}
        >
          {t('heldUp.retry')}
        </ProgressButton>
      ) : (
        <GuardedButton refusal={refusal} size="small" variant="outlined">
          {t('heldUp.retry')}
        </GuardedButton>
      )}
      <GuardedButton
        refusal={refusal}
        size="small"
        variant="outlined"
        onClick={onSkip}
      >
        {t('heldUp.skip')}
      </GuardedButton>
      <GuardedButton
        refusal={refusal}
        size="small"
        variant="outlined"
        onClick={onDeadLetter}
      >
        {t('heldUp.deadLetter')}
      </GuardedButton>
    </div>
  );
}
