import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import type { TopicDetails } from '@event-flows/backstage-plugin-event-flows-common';
import { FactList } from '../../components/FactList';
import { RelativeTime } from '../../components/RelativeTime';
import { formatApproximate, formatCount } from '../../format/numbers';
import { eventFlowsTranslationRef } from '../../translation';
import { describeRetention } from './retention';

const useStyles = makeStyles(
  theme => ({
    root: { marginBottom: theme.spacing(3) },
    notice: { marginBottom: theme.spacing(2) },
  }),
  { name: 'EventFlowsTopicFacts' },
);

/** What the cluster says of a topic. */
export function TopicFacts({ topic }: { topic: TopicDetails }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return (
    <div className={classes.root}>
      {topic.unreachable && (
        <Alert severity="warning" variant="outlined" className={classes.notice}>
          {['unreachable', 'timeout'].includes(topic.unreachable.reason)
            ? t('topic.unreachable')
            : topic.unreachable.message}
        </Alert>
      )}
      <FactList
        facts={[
          {
            label: t('topic.partitions'),
            value: formatCount(topic.partitions),
          },
          {
            label: t('topic.replication'),
            value: formatCount(topic.replicationFactor),
          },
          { label: t('topic.retention'), value: describeRetention(topic, t) },
          {
            label: t('topic.records'),
            value:
              topic.approximateRecords === undefined
                ? t('topic.notKnown')
                : t('topic.aboutRecords', {
                    count: topic.approximateRecords,
                    number: formatApproximate(topic.approximateRecords),
                  }),
          },
          ...(topic.accessChangedAt && topic.accessChangedBy
            ? [
                {
                  label: t('topic.changed'),
                  value: (
                    <>
                      <RelativeTime at={topic.accessChangedAt} />{' '}
                      {t('queueManager.connectedBy')}{' '}
                      <EntityDisplayName
                        entityRef={topic.accessChangedBy}
                        hideIcon
                        disableTooltip
                      />
                    </>
                  ),
                },
              ]
            : []),
        ]}
      />
    </div>
  );
}
