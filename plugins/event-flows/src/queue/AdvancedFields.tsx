import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Accordion from '@material-ui/core/Accordion';
import AccordionDetails from '@material-ui/core/AccordionDetails';
import AccordionSummary from '@material-ui/core/AccordionSummary';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import ExpandMoreIcon from '@material-ui/icons/ExpandMore';
import { orderingSchema } from '@event-flows/backstage-plugin-event-flows-common';
import { useId, useState } from 'react';
import { eventFlowsTranslationRef } from '../translation';
import type { FieldsProps } from './fields';
import { SECOND } from './queueForm';
import { useDeliveryDefaults } from './useDeliveryDefaults';

const useStyles = makeStyles(
  theme => ({
    root: { '&:before': { display: 'none' }, backgroundColor: 'transparent' },
    summary: { padding: 0 },
    title: { fontWeight: 600 },
    fields: {
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fit, minmax(220px, 1fr))',
      gap: theme.spacing(2),
      padding: theme.spacing(1, 0),
    },
    // Its choices are sentences, which half the dialog would cut.
    ordering: { gridColumn: '1 / -1' },
  }),
  { name: 'EventFlowsAdvancedFields' },
);

/** The settings that most queues need not touch; opened where one is wrong. */
export function AdvancedFields(props: FieldsProps) {
  const { form, errors, onChange, onLeave } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const [open, setOpen] = useState(false);
  const defaults = useDeliveryDefaults();
  const timeoutSeconds = defaults.timeoutMs / SECOND;
  const orderings = {
    partition: t('enable.orderingPartition'),
    key: t('enable.orderingKey'),
    none: t('enable.orderingNone'),
  };

  const numbers = [
    {
      field: 'concurrency',
      label: t('enable.concurrency'),
      standard: defaults.concurrency,
      help: t('enable.concurrencyHelp', { value: `${defaults.concurrency}` }),
    },
    {
      field: 'timeoutSeconds',
      label: t('enable.timeout'),
      standard: timeoutSeconds,
      help: t('enable.timeoutHelp', { value: `${timeoutSeconds}` }),
    },
    {
      field: 'maxAttempts',
      label: t('enable.attempts'),
      standard: defaults.maxAttempts,
      help: t('enable.attemptsHelp', { value: `${defaults.maxAttempts}` }),
    },
    {
      field: 'maxAgeMinutes',
      label: t('enable.ageLimit'),
      standard: undefined,
      help: t('enable.ageLimitHelp'),
    },
    {
      field: 'lagAlert',
      label: t('enable.lagAlert'),
      standard: undefined,
      help: t('enable.lagAlertHelp'),
    },
    {
      field: 'ageAlertMinutes',
      label: t('enable.ageAlert'),
      standard: undefined,
      help: t('enable.ageAlertHelp'),
    },
  ] as const;
  const hasError =
    Boolean(errors.ordering) || numbers.some(({ field }) => errors[field]);
  if (hasError && !open) {
    // It stays open while what is wrong is being mended.
    setOpen(true);
  }

  return (
    <Accordion
      square
      elevation={0}
      className={classes.root}
      expanded={open || hasError}
      onChange={(_event, expanded) => setOpen(expanded)}
      // Where one is wrong it is looked at, and must have its place at once.
      TransitionProps={{ unmountOnExit: true, ...(hasError && { timeout: 0 }) }}
    >
      <AccordionSummary
        id={`${id}-summary`}
        aria-controls={`${id}-fields`}
        expandIcon={<ExpandMoreIcon />}
        className={classes.summary}
      >
        <Typography variant="subtitle1" className={classes.title}>
          {t('enable.advanced')}
        </Typography>
      </AccordionSummary>
      <AccordionDetails id={`${id}-fields`} className={classes.fields}>
        <TextField
          select
          className={classes.ordering}
          variant="outlined"
          size="small"
          id={`${id}-ordering`}
          label={t('enable.ordering')}
          value={form.ordering}
          error={Boolean(errors.ordering)}
          helperText={errors.ordering ?? t('enable.orderingHelp')}
          InputLabelProps={{ shrink: true }}
          SelectProps={{ displayEmpty: true }}
          onChange={event => {
            const chosen = orderingSchema.safeParse(event.target.value);
            onChange({ ordering: chosen.success ? chosen.data : '' });
          }}
        >
          <MenuItem value="">
            {t('enable.orderingDefault', {
              ordering: orderings[defaults.ordering],
            })}
          </MenuItem>
          {orderingSchema.options.map(ordering => (
            <MenuItem key={ordering} value={ordering}>
              {orderings[ordering]}
            </MenuItem>
          ))}
        </TextField>
        {numbers.map(({ field, label, standard, help }) => (
          <TextField
            key={field}
            id={`${id}-${field}`}
            variant="outlined"
            size="small"
            label={label}
            placeholder={standard === undefined ? undefined : `${standard}`}
            InputLabelProps={{ shrink: true }}
            inputProps={{ inputMode: 'decimal' }}
            value={form[field]}
            error={Boolean(errors[field])}
            helperText={errors[field] ?? help}
            onChange={event => onChange({ [field]: event.target.value })}
            onBlur={() => onLeave(field)}
          />
        ))}
      </AccordionDetails>
    </Accordion>
  );
}
