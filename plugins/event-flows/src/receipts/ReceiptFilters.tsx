import { useTranslationRef } from '@backstage/frontend-plugin-api';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import type { ReceiptOutcome } from '@event-flows/backstage-plugin-event-flows-common';
import { useId } from 'react';
import { SearchField } from '../components/SearchField';
import { eventFlowsTranslationRef } from '../translation';
import { isNoOffset, type ReceiptSearch } from './receiptSearch';

const OUTCOMES: ReceiptOutcome[] = [
  ...(['delivered', 'retried', 'paused', 'refused'] as const),
  ...(['dead-lettered', 'skipped'] as const),
];

const useStyles = makeStyles(
  theme => ({
    root: { display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1.5, 1) },
    select: { minWidth: 150 },
  }),
  { name: 'EventFlowsReceiptFilters' },
);

/** Which receipts somebody wants to see. */
export function ReceiptFilters(props: {
  mayReadRecords: boolean;
  search: ReceiptSearch;
  onChange: (search: ReceiptSearch) => void;
}) {
  const { mayReadRecords, search, onChange } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  return (
    <div className={classes.root}>
      {mayReadRecords && (
        <SearchField
          label={t('receipts.findKey')}
          value={search.key}
          onChange={key => onChange({ ...search, key })}
        />
      )}
      <SearchField
        label={t('receipts.findOffset')}
        value={search.offset}
        error={isNoOffset(search) ? t('receipts.noOffset') : undefined}
        onChange={offset => onChange({ ...search, offset })}
      />
      <TextField
        id={`${id}-until`}
        variant="outlined"
        size="small"
        type="datetime-local"
        label={t('receipts.until')}
        value={search.until}
        onChange={event => onChange({ ...search, until: event.target.value })}
        InputLabelProps={{ shrink: true }}
      />
      <TextField
        id={`${id}-outcome`}
        select
        variant="outlined"
        size="small"
        label={t('receipts.outcome')}
        className={classes.select}
        value={search.outcome}
        onChange={event =>
          onChange({
            ...search,
            outcome: OUTCOMES.find(o => o === event.target.value) ?? '',
          })
        }
        InputLabelProps={{ shrink: true, id: `${id}-outcome-label` }}
        SelectProps={{ displayEmpty: true, labelId: `${id}-outcome-label` }}
      >
        <MenuItem value="">{t('receipts.all')}</MenuItem>
        {OUTCOMES.map(outcome => (
          <MenuItem key={outcome} value={outcome}>
            {t(`receipts.outcomes.${outcome}`)}
          </MenuItem>
        ))}
      </TextField>
    </div>
  );
}
