import { useTranslationRef } from '@backstage/frontend-plugin-api';
import RadioGroup from '@material-ui/core/RadioGroup';
import TextField from '@material-ui/core/TextField';
import { useId } from 'react';
import { FieldGroup } from '../components/FieldGroup';
import { RadioOption } from '../components/RadioOption';
import { eventFlowsTranslationRef } from '../translation';
import type { FieldsProps } from './fields';
import type { QueueForm } from './queueForm';

const STARTS: QueueForm['start'][] = ['latest', 'earliest', 'time'];

/** Where a queue begins that is enabled for the first time. */
export function StartFields(props: FieldsProps) {
  const { form, errors, onChange, onLeave } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  return (
    <FieldGroup legend={t('enable.startWith')}>
      <RadioGroup
        aria-label={t('enable.startWith')}
        value={form.start}
        onChange={event => {
          const start = STARTS.find(value => value === event.target.value);
          onChange({ start: start ?? 'latest', startTime: form.startTime });
        }}
      >
        <RadioOption
          value="latest"
          label={t('enable.startLatest')}
          help={t('enable.startLatestHelp')}
        />
        <RadioOption
          value="earliest"
          label={t('enable.startEarliest')}
          help={t('enable.startEarliestHelp')}
        />
        <RadioOption
          value="time"
          label={t('enable.startTime')}
          help={t('enable.startTimeHelp')}
        />
      </RadioGroup>
      {form.start === 'time' && (
        <TextField
          id={id}
          type="datetime-local"
          variant="outlined"
          size="small"
          label={t('enable.startTimeLabel')}
          InputLabelProps={{ shrink: true }}
          value={form.startTime}
          error={Boolean(errors.startTime)}
          helperText={errors.startTime}
          onChange={event => onChange({ startTime: event.target.value })}
          onBlur={() => onLeave('startTime')}
        />
      )}
    </FieldGroup>
  );
}
