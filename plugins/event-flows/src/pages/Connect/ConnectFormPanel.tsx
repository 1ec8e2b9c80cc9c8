import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import CircularProgress from '@material-ui/core/CircularProgress';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import type { Connection } from '@event-flows/backstage-plugin-event-flows-common';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Panel } from '../../components/Panel';
import { eventFlowsTranslationRef } from '../../translation';
import { ClusterFields } from './ClusterFields';
import { ConnectFailure } from './ConnectFailure';
import {
  checkConnectForm,
  connectionOf,
  type ConnectErrors,
  type ConnectField,
  type ConnectForm,
} from './connectForm';
import { EncryptionFields } from './EncryptionFields';
import { SignInFields } from './SignInFields';
import { useConnectAttempt } from './useConnectAttempt';

const useStyles = makeStyles(
  theme => ({
    actions: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1.5),
    },
    notice: { marginBottom: theme.spacing(2), '&:focus': { outline: 'none' } },
    progress: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1.5),
    },
  }),
  { name: 'EventFlowsConnectForm' },
);

/** The form that connects a cluster; it keeps its content through failures. */
export function ConnectFormPanel(props: {
  initial: ConnectForm;
  onConnected: (connection: Connection) => void;
  onLeave: () => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [form, setForm] = useState(props.initial);
  const [errors, setErrors] = useState<ConnectErrors>({});
  const attempt = useConnectAttempt(props.onConnected);
  const noticeRef = useRef<HTMLDivElement>(null);

  const { outcome } = attempt;
  useEffect(() => {
    if (outcome) {
      noticeRef.current?.focus();
    }
  }, [outcome]);

  const change = (changes: Partial<ConnectForm>) => {
    setForm({ ...form, ...changes });
    const changed = Object.keys(changes);
    setErrors(
      Object.fromEntries(
        Object.entries(errors).filter(([field]) => !changed.includes(field)),
      ),
    );
  };
  const checkField = (field: ConnectField, changes?: Partial<ConnectForm>) => {
    const left = { ...form, ...changes };
    setForm(left);
    setErrors({ ...errors, [field]: checkConnectForm(left)[field] });
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = checkConnectForm(form);
    setErrors(found);
    if (Object.keys(found).length > 0) {
      attempt.reject();
      return;
    }
    attempt.start(connectionOf(form));
  };

  const fields = { form, errors, onChange: change, onLeave: checkField };
  return (
    <form noValidate autoComplete="off" onSubmit={submit}>
      <div ref={noticeRef} tabIndex={-1} className={classes.notice}>
        {outcome?.kind === 'failed' && <ConnectFailure error={outcome.error} />}
        {outcome?.kind === 'cancelled' && (
          <Alert severity="info" variant="outlined" role="status">
            {t('connect.cancelled')}
          </Alert>
        )}
        {outcome?.kind === 'incomplete' && Object.keys(errors).length > 0 && (
          <Alert severity="warning" variant="outlined">
            {t('connect.incomplete')}
          </Alert>
        )}
      </div>
      <Panel>
        <ClusterFields {...fields} />
        <EncryptionFields {...fields} />
        <SignInFields {...fields} />
        <div className={classes.actions}>
          {attempt.isPending ? (
            <>
              <span className={classes.progress} role="status">
                <CircularProgress size={20} aria-hidden />
                <Typography variant="body2">
                  {t('connect.connecting', { count: form.brokers.length })}
                </Typography>
              </span>
              <Button variant="outlined" onClick={attempt.cancel}>
                {t('connect.cancel')}
              </Button>
            </>
          ) : (
            <>
              <Button type="submit" variant="contained" color="primary">
                {t('connect.submit')}
              </Button>
              <Button onClick={props.onLeave}>{t('connect.cancel')}</Button>
            </>
          )}
        </div>
      </Panel>
    </form>
  );
}
