import { useTranslationRef } from '@backstage/frontend-plugin-api';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import { useId } from 'react';
import { eventFlowsTranslationRef } from '../translation';
import { useChoosableVersions } from './useChoosableVersions';

const useStyles = makeStyles(
  { root: { minWidth: 160 } },
  { name: 'EventFlowsVersionSelect' },
);

/** Chooses one of the versions of an algorithm that can be called, or *Latest*. */
export function VersionSelect(props: {
  algorithmRef: string;
  label: string;
  /** `latest`, an entity ref, or empty for none. */
  value: string;
  /** Offers to choose none, by this name. */
  noneLabel?: string;
  disabled?: boolean;
  onChange: (versionRef: string) => void;
}) {
  const { algorithmRef, label, value, noneLabel, onChange } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const { versions, isChoosable } = useChoosableVersions(algorithmRef);
  return (
    <TextField
      select
      id={id}
      size="small"
      variant="outlined"
      className={classes.root}
      label={label}
      disabled={props.disabled}
      InputLabelProps={{ shrink: true }}
      SelectProps={{ displayEmpty: true, labelId: `${id}-label` }}
      // Until the versions are known, and where one is gone.
      value={isChoosable(value) ? value : ''}
      onChange={event => onChange(event.target.value)}
    >
      {noneLabel !== undefined && <MenuItem value="">{noneLabel}</MenuItem>}
      <MenuItem value="latest">{t('enable.latest')}</MenuItem>
      {versions.map(({ ref, version }) => (
        <MenuItem key={ref} value={ref}>
          {version}
        </MenuItem>
      ))}
    </TextField>
  );
}
