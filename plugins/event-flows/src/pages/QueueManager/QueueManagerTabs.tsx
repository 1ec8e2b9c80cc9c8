import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { eventFlowsConnectionReadPermission } from '@event-flows/backstage-plugin-event-flows-common';
import { makeStyles } from '@material-ui/core/styles';
import Tab from '@material-ui/core/Tab';
import Tabs from '@material-ui/core/Tabs';
import { useAllowed } from '../../api/queries';
import { queueManagerRouteRef, queuesRouteRef } from '../../routes';
import { eventFlowsTranslationRef } from '../../translation';

const useStyles = makeStyles(
  theme => ({
    root: { marginBottom: theme.spacing(2) },
    tab: { textTransform: 'none', minWidth: 100 },
  }),
  { name: 'EventFlowsQueueManagerTabs' },
);

/** The two lists of the Queue manager, for those who may see both. */
export function QueueManagerTabs(props: {
  selected: 'connections' | 'queues';
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const connections = useRouteRef(queueManagerRouteRef)();
  const queues = useRouteRef(queuesRouteRef)();
  const { data } = useAllowed();
  if (!data?.items.includes(eventFlowsConnectionReadPermission.name)) {
    return null;
  }
  const tab = (value: string, label: string, to: string) => (
    <Tab className={classes.tab} component={Link} {...{ value, label, to }} />
  );
  return (
    <Tabs
      value={props.selected}
      indicatorColor="primary"
      aria-label={t('queueManager.title')}
      className={classes.root}
    >
      {tab('connections', t('queueManager.connections'), connections)}
      {tab('queues', t('allQueues.title'), queues)}
    </Tabs>
  );
}
