import { useTranslationRef } from '@backstage/frontend-plugin-api';
import IconButton from '@material-ui/core/IconButton';
import InputAdornment from '@material-ui/core/InputAdornment';
import MenuItem from '@material-ui/core/MenuItem';
import TextField from '@material-ui/core/TextField';
import VisibilityIcon from '@material-ui/icons/Visibility';
import VisibilityOffIcon from '@material-ui/icons/VisibilityOff';
import { useId, useState } from 'react';
import { FieldGroup } from '../../components/FieldGroup';
import { eventFlowsTranslationRef } from '../../translation';
import { saslMechanisms } from './connectForm';
import type { FieldsProps } from './fields';

/** Who signs in to the cluster. */
export function SignInFields(props: FieldsProps) {
  const { form, errors, onChange, onLeave } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const [revealed, setRevealed] = useState(false);
  return (
    <FieldGroup legend={t('connect.signIn')}>
      <TextField
        id={`${id}-mechanism`}
        select
        variant="outlined"
        size="small"
        label={t('connect.mechanism')}
        value={form.mechanism}
        onChange={event =>
          onChange({
            mechanism:
              saslMechanisms.find(
                ({ mechanism }) => mechanism === event.target.value,
              )?.mechanism ?? 'none',
          })
        }
      >
        <MenuItem value="none">{t('connect.mechanismNone')}</MenuItem>
        {saslMechanisms.map(({ mechanism, label }) => (
          <MenuItem key={mechanism} value={mechanism}>
            {label}
          </MenuItem>
        ))}
      </TextField>
      {form.mechanism !== 'none' && (
        <>
          <TextField
            id={`${id}-username`}
            required
            variant="outlined"
            size="small"
            label={t('connect.username')}
            autoComplete="off"
            value={form.username}
            error={Boolean(errors.username)}
            helperText={errors.username}
            onChange={event => onChange({ username: event.target.value })}
            onBlur={() => onLeave('username')}
          />
          <TextField
            id={`${id}-password`}
            required
            variant="outlined"
            size="small"
            label={t('connect.password')}
            type={revealed ? 'text' : 'password'}
            autoComplete="new-password"
            value={form.password}
            error={Boolean(errors.password)}
            helperText={errors.password ?? t('connect.passwordHelp')}
            onChange={event => onChange({ password: event.target.value })}
            onBlur={() => onLeave('password')}
            InputProps={{
              endAdornment: (
                <InputAdornment position="end">
                  <IconButton
                    size="small"
                    edge="end"
                    aria-label={
                      revealed ? t('connect.conceal') : t('connect.reveal')
                    }
                    onClick={() => setRevealed(!revealed)}
                  >
                    {revealed ? (
                      <VisibilityOffIcon fontSize="small" />
                    ) : (
                      <VisibilityIcon fontSize="small" />
                    )}
                  </IconButton>
                </InputAdornment>
              ),
            }}
          />
        </>
      )}
    </FieldGroup>
  );
}
