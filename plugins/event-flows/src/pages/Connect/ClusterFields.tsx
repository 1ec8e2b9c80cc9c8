import { useTranslationRef } from '@backstage/frontend-plugin-api';
import MenuItem from '@material-ui/core/MenuItem';
import TextField from '@material-ui/core/TextField';
import { useId } from 'react';
import { FieldGroup } from '../../components/FieldGroup';
import { eventFlowsTranslationRef } from '../../translation';
import { BrokersField } from './BrokersField';
import type { FieldsProps } from './fields';

/** Which cluster it is. */
export function ClusterFields(props: FieldsProps) {
  const { form, errors, onChange, onLeave } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  return (
    <FieldGroup legend={t('connect.cluster')}>
      <TextField
        id={`${id}-name`}
        required
        variant="outlined"
        size="small"
        label={t('connect.name')}
        value={form.name}
        error={Boolean(errors.name)}
        helperText={errors.name ?? t('connect.nameHelp')}
        onChange={event => onChange({ name: event.target.value })}
        onBlur={() => onLeave('name')}
      />
      <TextField
        id={`${id}-type`}
        select
        variant="outlined"
        size="small"
        label={t('connect.type')}
        value="kafka"
      >
        <MenuItem value="kafka">{t('connect.kafka')}</MenuItem>
      </TextField>
      <BrokersField
        brokers={form.brokers}
        error={errors.brokers}
        onChange={brokers => onChange({ brokers })}
        onLeave={brokers => onLeave('brokers', { brokers })}
      />
    </FieldGroup>
  );
}
