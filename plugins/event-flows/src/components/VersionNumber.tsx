import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import type { ReactNode } from 'react';
import { eventFlowsTranslationRef } from '../translation';
import { StateChip } from './StateChip';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'inline-flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
    },
  }),
  { name: 'EventFlowsVersionNumber' },
);

/** The number of a version, with a mark where it is deprecated; others follow. */
export function VersionNumber(props: {
  lifecycle?: string;
  /** The number, or what stands for it. */
  number: ReactNode;
  children?: ReactNode;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return (
    <span className={classes.root}>
      <span>{props.number}</span>
      {props.lifecycle === 'deprecated' && (
        <StateChip tone="warning" label={t('versions.deprecated')} />
      )}
      {props.children}
    </span>
  );
}
