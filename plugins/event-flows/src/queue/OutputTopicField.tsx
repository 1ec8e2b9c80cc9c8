import { useTranslationRef } from '@backstage/frontend-plugin-api';
import MenuItem from '@material-ui/core/MenuItem';
import TextField from '@material-ui/core/TextField';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useId } from 'react';
import { FieldGroup } from '../components/FieldGroup';
import { eventFlowsTranslationRef } from '../translation';
import type { FieldsProps } from './fields';

/** Where answers go; nothing where the algorithm may not publish anywhere. */
export function OutputTopicField(props: FieldsProps & { queue: Queue }) {
  const { form, errors, onChange, queue } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  // One that it may not use any more has to be seen to be changed.
  const topics = [
    ...new Set([...queue.mayPublishTo, form.outputTopic].filter(Boolean)),
  ];
  if (topics.length === 0) {
    return null;
  }
  return (
    <FieldGroup legend={t('enable.answers')}>
      <TextField
        select
        id={id}
        variant="outlined"
        size="small"
        label={t('enable.outputTopic')}
        error={Boolean(errors.outputTopic)}
        helperText={errors.outputTopic ?? t('enable.outputTopicHelp')}
        value={form.outputTopic}
        onChange={event => onChange({ outputTopic: event.target.value })}
        InputLabelProps={{ shrink: true, id: `${id}-label` }}
        SelectProps={{ displayEmpty: true, labelId: `${id}-label` }}
      >
        <MenuItem value="">{t('enable.noOutputTopic')}</MenuItem>
        {topics.map(topic => (
          <MenuItem key={topic} value={topic}>
            {topic}
          </MenuItem>
        ))}
      </TextField>
    </FieldGroup>
  );
}
