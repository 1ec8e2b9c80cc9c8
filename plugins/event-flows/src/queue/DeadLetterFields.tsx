import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Checkbox from '@material-ui/core/Checkbox';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { useId } from 'react';
import { FieldGroup } from '../components/FieldGroup';
import { eventFlowsTranslationRef } from '../translation';
import type { FieldsProps } from './fields';

/** Where records go that cannot be delivered, and what happens without that. */
export function DeadLetterFields(props: FieldsProps & { topic: string }) {
  const { form, errors, onChange, onLeave, topic } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  return (
    <FieldGroup legend={t('enable.deadLetters')}>
      <div>
        <FormControlLabel
          control={
            <Checkbox
              color="primary"
              size="small"
              checked={form.deadLetters}
              onChange={event =>
                onChange({ deadLetters: event.target.checked })
              }
            />
          }
          label={
            <Typography variant="body2">
              {t('enable.deadLettersCheckbox')}
            </Typography>
          }
        />
        {!form.deadLetters && (
          <Typography variant="caption" color="textSecondary" component="p">
            {t('enable.deadLettersWithout')}
          </Typography>
        )}
      </div>
      {form.deadLetters && (
        <TextField
          id={id}
          variant="outlined"
          size="small"
          label={t('enable.deadLetterTopic')}
          value={form.deadLetterTopic}
          error={Boolean(errors.deadLetterTopic)}
          helperText={
            errors.deadLetterTopic ?? t('enable.deadLetterHelp', { topic })
          }
          onChange={event => onChange({ deadLetterTopic: event.target.value })}
          onBlur={() => onLeave('deadLetterTopic')}
        />
      )}
    </FieldGroup>
  );
}
