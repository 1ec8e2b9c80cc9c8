import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import Autocomplete from '@material-ui/lab/Autocomplete';
import { useId, useState } from 'react';
import { useAlgorithmSearch, useAlgorithmTypes } from '../../api/catalog';
import { ErrorNotice } from '../../components/ErrorNotice';
import { eventFlowsTranslationRef } from '../../translation';
import { useDebounced } from '../../components/useDebounced';

/** Milliseconds of rest before the catalog is asked. */
const REST = 200;

const useStyles = makeStyles(
  theme => ({
    option: {
      display: 'flex',
      justifyContent: 'space-between',
      gap: theme.spacing(2),
      width: '100%',
    },
    details: { display: 'block' },
  }),
  { name: 'EventFlowsAlgorithmSearch' },
);

/** Finds algorithms in the catalog; those that are present already say so. */
export function AlgorithmSearch(props: {
  present: string[];
  onChoose: (ref: string) => void;
}) {
  const { present, onChoose } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const { algorithmType } = useAlgorithmTypes();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const query = useDebounced(text.trim(), REST);
  const { data, error, refetch, isFetching } = useAlgorithmSearch(query, open);
  const isPresent = (entity: Entity) =>
    present.includes(stringifyEntityRef(entity));

  return (
    <>
      {error && <ErrorNotice error={error} onRetry={() => refetch()} />}
      <Autocomplete
        id={id}
        open={open}
        // Material UI v4 says aria-owns there, of which ARIA 1.2 knows nothing.
        aria-controls={open ? `${id}-popup` : undefined}
        onOpen={() => setOpen(true)}
        onClose={() => setOpen(false)}
        options={data ?? []}
        value={null}
        inputValue={text}
        loading={isFetching && !data}
        loadingText={t('access.searching')}
        noOptionsText={
          query
            ? t('access.noMatch', { query })
            : t('access.noAlgorithms', { type: algorithmType })
        }
        clearOnBlur={false}
        filterOptions={options => options}
        getOptionLabel={titleOf}
        getOptionDisabled={isPresent}
        onInputChange={(_event, entered, reason) =>
          setText(reason === 'input' ? entered : '')
        }
        onChange={(_event, entity: Entity | null) => {
          if (entity) {
            setText('');
            onChoose(stringifyEntityRef(entity));
          }
        }}
        renderOption={entity => (
          <span className={classes.option}>
            <span>
              <Typography variant="body2" component="span">
                {titleOf(entity)}
              </Typography>
              <Typography
                variant="caption"
                component="span"
                className={classes.details}
              >
                {stringifyEntityRef(entity)} · {t('access.owner')}{' '}
                {String(entity.spec?.owner ?? '–')}
              </Typography>
            </span>
            {isPresent(entity) && (
              <Typography variant="caption">{t('access.already')}</Typography>
            )}
          </span>
        )}
        renderInput={params => (
          <TextField
            {...params}
            variant="outlined"
            size="small"
            label={t('access.search')}
            helperText={t('access.searchHelp')}
          />
        )}
      />
    </>
  );
}

function titleOf(entity: Entity): string {
  return entity.metadata.title ?? entity.metadata.name;
}
