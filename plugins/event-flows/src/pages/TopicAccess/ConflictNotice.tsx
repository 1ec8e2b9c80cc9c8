import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import type { TopicDetails } from '@event-flows/backstage-plugin-event-flows-common';
import { RelativeTime } from '../../components/RelativeTime';
import { eventFlowsTranslationRef } from '../../translation';
import {
  differenceOf,
  isChanged,
  rebase,
  type AccessDifference,
  type AccessDraft,
} from './accessDraft';

const useStyles = makeStyles(
  theme => ({
    root: { marginBottom: theme.spacing(2) },
    columns: {
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fit, minmax(200px, 1fr))',
      gap: theme.spacing(2),
      margin: theme.spacing(1, 0, 2),
    },
    heading: { fontWeight: 600 },
    list: { margin: 0, paddingLeft: theme.spacing(2.5) },
  }),
  { name: 'EventFlowsConflict' },
);

/** Says who saved in between, shows both changes, and offers to keep both. */
export function ConflictNotice(props: {
  draft: AccessDraft;
  theirs: TopicDetails;
  onTakeTheirs: () => void;
}) {
  const { draft, theirs } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { accessChangedAt, accessChangedBy } = theirs;
  const theirRefs = theirs.access.map(({ algorithmRef }) => algorithmRef);
  return (
    <Alert severity="warning" variant="outlined" className={classes.root}>
      <AlertTitle>{t('access.conflictTitle')}</AlertTitle>
      <Typography variant="body2">
        {accessChangedAt && accessChangedBy
          ? t('access.conflictWho', {
              who: (
                <EntityDisplayName
                  entityRef={accessChangedBy}
                  hideIcon
                  disableTooltip
                />
              ),
              when: <RelativeTime at={accessChangedAt} />,
            })
          : t('access.conflictWhoUnknown')}
      </Typography>
      <div className={classes.columns}>
        <Change
          title={t('access.conflictTheirs')}
          change={differenceOf(draft.base, theirRefs)}
        />
        <Change title={t('access.conflictMine')} change={draft} />
      </div>
      {!isChanged(rebase(draft, theirs.access)) && (
        <Typography variant="body2" paragraph>
          {t('access.nothingLeft')}
        </Typography>
      )}
      <Button
        variant="outlined"
        color="inherit"
        size="small"
        onClick={props.onTakeTheirs}
      >
        {t('access.takeTheirs')}
      </Button>
    </Alert>
  );
}

function Change(props: { title: string; change: AccessDifference }) {
  const { added, removed } = props.change;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const nameOf = (ref: string) => (
    <EntityDisplayName entityRef={ref} hideIcon disableTooltip />
  );
  return (
    <div>
      <Typography variant="body2" className={classes.heading}>
        {props.title}
      </Typography>
      <ul className={classes.list}>
        {added.map(ref => (
          <li key={ref}>
            {t('access.conflictAdded', { algorithm: nameOf(ref) })}
          </li>
        ))}
        {removed.map(ref => (
          <li key={ref}>
            {t('access.conflictRemoved', { algorithm: nameOf(ref) })}
          </li>
        ))}
        {added.length + removed.length === 0 && (
          <li>{t('access.conflictSame')}</li>
        )}
      </ul>
    </div>
  );
}
