import { useTranslationRef } from '@backstage/frontend-plugin-api';
import IconButton from '@material-ui/core/IconButton';
import InputAdornment from '@material-ui/core/InputAdornment';
import TextField from '@material-ui/core/TextField';
import ClearIcon from '@material-ui/icons/Clear';
import SearchIcon from '@material-ui/icons/Search';
import { useId } from 'react';
import { eventFlowsTranslationRef } from '../translation';

/** Narrows a list down while one types. */
export function SearchField(props: {
  label: string;
  value: string;
  /** Why nothing can be looked for with what is entered. */
  error?: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  return (
    <TextField
      id={id}
      variant="outlined"
      size="small"
      placeholder={props.label}
      value={props.value}
      error={props.error !== undefined}
      helperText={props.error}
      onChange={event => props.onChange(event.target.value)}
      inputProps={{ 'aria-label': props.label, type: 'search' }}
      InputProps={{
        startAdornment: (
          <InputAdornment position="start">
            <SearchIcon fontSize="small" color="action" />
          </InputAdornment>
        ),
        endAdornment: props.value && (
          <InputAdornment position="end">
            <IconButton
              size="small"
              edge="end"
              aria-label={t('common.clearSearch')}
              onClick={() => props.onChange('')}
            >
              <ClearIcon fontSize="small" />
            </IconButton>
          </InputAdornment>
        ),
      }}
    />
  );
}
