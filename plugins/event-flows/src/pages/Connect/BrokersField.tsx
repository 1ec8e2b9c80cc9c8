import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Chip from '@material-ui/core/Chip';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Autocomplete from '@material-ui/lab/Autocomplete';
import type { BackstageTheme } from '@backstage/theme';
import { useId, useState } from 'react';
import { eventFlowsTranslationRef } from '../../translation';
import { problemOfBroker, splitBrokers } from './connectForm';

const useStyles = makeStyles(
  (theme: BackstageTheme) => ({
    // Room between the label and the chips.
    input: { '& .MuiAutocomplete-inputRoot': { paddingTop: 10 } },
    wrong: {
      color: theme.palette.status.error,
      borderColor: theme.palette.status.error,
    },
  }),
  { name: 'EventFlowsBrokersField' },
);

/** Addresses as chips: typed one by one, or pasted as a list. */
export function BrokersField(props: {
  brokers: string[];
  error?: string;
  onChange: (brokers: string[]) => void;
  /** With what was still being typed. */
  onLeave: (brokers: string[]) => void;
}) {
  const { brokers, error, onChange } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const [text, setText] = useState('');

  const withEntered = (entered: string) => [
    ...new Set([...brokers, ...splitBrokers(entered)]),
  ];

  return (
    <Autocomplete
      id={id}
      multiple
      freeSolo
      disableClearable
      options={[]}
      value={brokers}
      inputValue={text}
      onChange={(_event, values: string[]) => {
        onChange([...new Set(values.flatMap(splitBrokers))]);
        setText('');
      }}
      onInputChange={(_event, entered, reason) => {
        if (reason !== 'input') {
          return;
        }
        // A separator ends an address, also the one after a pasted list.
        if (/[\s,;]/.test(entered)) {
          onChange(withEntered(entered));
          setText('');
        } else {
          setText(entered);
        }
      }}
      onBlur={() => {
        props.onLeave(withEntered(text));
        setText('');
      }}
      renderTags={(values: string[], getTagProps) =>
        values.map((broker, index) => {
          const problem = problemOfBroker(broker);
          return (
            <Chip
              {...getTagProps({ index })}
              key={broker}
              size="small"
              variant="outlined"
              label={broker}
              title={problem}
              className={problem && classes.wrong}
            />
          );
        })
      }
      renderInput={params => (
        <TextField
          {...params}
          className={classes.input}
          onKeyDown={event => {
            // It ends an address; with none, it would send the whole form.
            if (event.key === 'Enter' && !text) {
              event.preventDefault();
            }
          }}
          required
          variant="outlined"
          size="small"
          label={t('connect.brokers')}
          error={Boolean(error)}
          helperText={error ?? t('connect.brokersHelp')}
        />
      )}
    />
  );
}
