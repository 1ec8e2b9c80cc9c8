import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  EntityDisplayName,
  EntityRefLink,
} from '@backstage/plugin-catalog-react';
import Chip from '@material-ui/core/Chip';
import { makeStyles } from '@material-ui/core/styles';
import { eventFlowsTranslationRef } from '../../translation';

/** How many algorithms are named before the rest is counted. */
const SHOWN = 2;

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5),
    },
    chip: { margin: 0, cursor: 'inherit' },
  }),
  { name: 'EventFlowsAlgorithmChips' },
);

/** The first algorithms, each leading to its page, and how many more there are. */
export function AlgorithmChips({ refs }: { refs: string[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const others = refs.length - SHOWN;
  return (
    <span className={classes.root}>
      {refs.slice(0, SHOWN).map(ref => (
        <EntityRefLink key={ref} entityRef={ref} hideIcon disableTooltip>
          <Chip
            component="span"
            size="small"
            variant="outlined"
            className={classes.chip}
            label={
              <EntityDisplayName entityRef={ref} hideIcon disableTooltip />
            }
          />
        </EntityRefLink>
      ))}
      {others > 0 && <span>{t('common.more', { count: others })}</span>}
    </span>
  );
}
