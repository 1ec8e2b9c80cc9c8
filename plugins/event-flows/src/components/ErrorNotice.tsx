import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import type { ReactNode } from 'react';
import { describeError } from '../api/describeError';
import { eventFlowsTranslationRef } from '../translation';

const useStyles = makeStyles(
  theme => ({
    root: { marginBottom: theme.spacing(2) },
    message: { flexGrow: 1, minWidth: 0 },
    details: {
      marginTop: theme.spacing(1),
      '& summary': { cursor: 'pointer', width: 'fit-content' },
    },
    technical: {
      margin: theme.spacing(1, 0, 0),
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
      fontFamily: 'monospace',
      fontSize: theme.typography.caption.fontSize,
    },
  }),
  { name: 'EventFlowsErrorNotice' },
);

/** What {@link ErrorNotice} is given. */
export interface ErrorNoticeProps {
  error: unknown;
  /** What was tried; without it the title says what went wrong. */
  title?: string;
  /** `warning`: most of it worked all the same. */
  severity?: 'error' | 'warning';
  /** Said instead of the general advice. */
  children?: ReactNode;
  /** Offers to try again. */
  onRetry?: () => void;
}

/**
 * What went wrong, what to check, and the technical text folded away.
 */
export function ErrorNotice(props: ErrorNoticeProps) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { title, advice, text, details } = describeError(props.error, t);
  return (
    <Alert
      severity={props.severity ?? 'error'}
      variant="outlined"
      className={classes.root}
      classes={{ message: classes.message }}
      action={
        props.onRetry && (
          <Button color="inherit" size="small" onClick={props.onRetry}>
            {t('failure.tryAgain')}
          </Button>
        )
      }
    >
      <AlertTitle>{props.title ?? title}</AlertTitle>
      <Typography variant="body2">
        {props.children ?? (props.title ? text : advice)}
      </Typography>
      <details className={classes.details}>
        <summary>{t('failure.details')}</summary>
        <pre className={classes.technical}>{details}</pre>
      </details>
    </Alert>
  );
}
