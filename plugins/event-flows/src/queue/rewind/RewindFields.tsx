import { useTranslationRef } from '@backstage/frontend-plugin-api';
import RadioGroup from '@material-ui/core/RadioGroup';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import { FieldGroup } from '../../components/FieldGroup';
import { RadioOption } from '../../components/RadioOption';
import { eventFlowsTranslationRef } from '../../translation';
import type { RewindForm } from './rewindForm';

const KINDS: RewindForm['kind'][] = [
  ...(['earliest', 'latest', 'timestamp', 'offset'] as const),
];

const useStyles = makeStyles(
  theme => ({
    fields: { display: 'flex', gap: theme.spacing(2), marginTop: 8 },
  }),
  { name: 'EventFlowsRewindFields' },
);

/** Where a queue is to go on. */
export function RewindFields(props: {
  form: RewindForm;
  onChange: (form: RewindForm) => void;
}) {
  const { form, onChange } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const field = (
    name: 'time' | 'partition' | 'offset',
    label: string,
    type?: string,
  ) => (
    <TextField
      id={`rewind-${name}`}
      type={type}
      variant="outlined"
      size="small"
      label={label}
      InputLabelProps={{ shrink: true }}
      value={form[name]}
      onChange={event => onChange({ ...form, [name]: event.target.value })}
    />
  );
  return (
    <FieldGroup legend={t('rewind.to')}>
      <RadioGroup
        aria-label={t('rewind.to')}
        value={form.kind}
        onChange={event => {
          const kind = KINDS.find(known => known === event.target.value);
          onChange({ ...form, kind: kind ?? 'earliest' });
        }}
      >
        {KINDS.map(kind => (
          <RadioOption
            key={kind}
            value={kind}
            label={t(`rewind.kind.${kind}`)}
            help={t(`rewind.help.${kind}`)}
          />
        ))}
      </RadioGroup>
      <div className={classes.fields}>
        {form.kind === 'timestamp' &&
          field('time', t('enable.startTimeLabel'), 'datetime-local')}
        {form.kind === 'offset' && (
          <>
            {field('partition', t('queue.partition'))}
            {field('offset', t('rewind.offset'))}
          </>
        )}
      </div>
    </FieldGroup>
  );
}
