import { useTranslationRef } from '@backstage/frontend-plugin-api';
import IconButton from '@material-ui/core/IconButton';
import InputAdornment from '@material-ui/core/InputAdornment';
import TextField from '@material-ui/core/TextField';
import ClearIcon from '@material-ui/icons/Clear';
import SearchIcon from '@material-ui/icons/Search';
import { eventFlowsTranslationRef } from '../translation';

/** Narrows a list down while one types. */
export function SearchField(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return (
    <TextField
      variant="outlined"
      size="small"
      placeholder={props.label}
      value={props.value}
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
