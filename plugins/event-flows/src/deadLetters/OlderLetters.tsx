import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { ProgressButton } from '../components/ProgressButton';
import { formatCount } from '../format/numbers';
import { eventFlowsTranslationRef } from '../translation';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1, 2),
      padding: theme.spacing(1, 2),
    },
  }),
  { name: 'EventFlowsOlderLetters' },
);

/** Says that not all of the topic was looked at yet, and goes on with it. */
export function OlderLetters(props: {
  topic: string;
  /** Records that were not looked at. */
  records: number;
  /** Whether any letter was found so far. */
  hasFound: boolean;
  busy: boolean;
  onMore: () => void;
}) {
  const { topic, records, hasFound, busy, onMore } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const facts = { count: records, number: formatCount(records), topic };
  return (
    <div className={classes.root}>
      <Typography variant="body2" color="textSecondary" role="status">
        {hasFound
          ? t('deadLetters.older', facts)
          : t('deadLetters.noneYet', facts)}
      </Typography>
      <ProgressButton size="small" busy={busy} onClick={onMore}>
        {t('deadLetters.more')}
      </ProgressButton>
    </div>
  );
}
