import { useTranslationRef } from '@backstage/frontend-plugin-api';
import MenuItem from '@material-ui/core/MenuItem';
import TextField from '@material-ui/core/TextField';
import type { ApiType } from '@event-flows/backstage-plugin-event-flows-common';
import { useId } from 'react';
import { VisuallyHidden } from '../../components/VisuallyHidden';
import { eventFlowsTranslationRef } from '../../translation';

const API_TYPES: ApiType[] = ['subscriber', 'publisher'];

/** How an algorithm uses the topic; chosen when it is added. */
export function ApiTypeSelect(props: {
  algorithmRef: string;
  value: ApiType;
  onChange: (apiType: ApiType) => void;
}) {
  const { algorithmRef, value, onChange } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  return (
    <>
      <VisuallyHidden id={`${id}-label`}>
        {t('access.apiTypeLabel', { algorithm: algorithmRef })}
      </VisuallyHidden>
      <TextField
        select
        size="small"
        variant="outlined"
        value={value}
        onChange={event =>
          onChange(
            event.target.value === 'publisher' ? 'publisher' : 'subscriber',
          )
        }
        id={id}
        SelectProps={{ labelId: `${id}-label` }}
      >
        {API_TYPES.map(apiType => (
          <MenuItem key={apiType} value={apiType}>
            {t(`access.apiTypes.${apiType}`)}
          </MenuItem>
        ))}
      </TextField>
    </>
  );
}
