import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import List from '@material-ui/core/List';
import ListItem from '@material-ui/core/ListItem';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { AccessEntry } from '@event-flows/backstage-plugin-event-flows-common';
import { queueStateLabel } from '../../components/queueView';
import { StateChip } from '../../components/StateChip';
import { QueueLink } from '../../queue/QueueLink';
import { eventFlowsTranslationRef } from '../../translation';

const useStyles = makeStyles(
  theme => ({
    title: { fontWeight: 600 },
    item: { justifyContent: 'space-between', gap: theme.spacing(2) },
  }),
  { name: 'EventFlowsTopicAlgorithms' },
);

/** The algorithms with access to a topic, and what the queue of each is doing. */
export function TopicAlgorithms({ access }: { access: AccessEntry[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return (
    <section>
      <Typography variant="subtitle1" component="h3" className={classes.title}>
        {t('topic.algorithms')}
      </Typography>
      {access.length === 0 ? (
        <Typography variant="body2" color="textSecondary">
          {t('topic.empty')} {t('topic.emptyEdit')}
        </Typography>
      ) : (
        <List disablePadding>
          {access.map(entry => (
            <ListItem
              key={`${entry.apiType} ${entry.algorithmRef}`}
              disableGutters
              divider
              className={classes.item}
            >
              <Typography variant="body2" component="span">
                <EntityRefLink entityRef={entry.algorithmRef} hideIcon />
              </Typography>
              <EntryState entry={entry} />
            </ListItem>
          ))}
        </List>
      )}
    </section>
  );
}

/** What the queue of a subscriber is doing; a publisher has none. */
function EntryState({ entry }: { entry: AccessEntry }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { queueId, state, phase } = entry;
  if (entry.recreated) {
    return <StateChip tone="error" label={t('access.recreated')} />;
  }
  return queueId === undefined || state === undefined ? (
    <StateChip tone="off" label={t('access.apiTypes.publisher')} />
  ) : (
    <QueueLink queueId={queueId}>
      <StateChip {...queueStateLabel({ state, phase }, t)} />
    </QueueLink>
  );
}
