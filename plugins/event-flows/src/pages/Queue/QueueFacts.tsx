import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import {
  groupIdOf,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { FactList, type Fact } from '../../components/FactList';
import { Panel } from '../../components/Panel';
import { RelativeTime } from '../../components/RelativeTime';
import { formatCount, formatRate } from '../../format/numbers';
import { lagText } from '../../queue/lag';
import { QueueStateCell } from '../../queue/QueueStateCell';
import { versionLabel, type KnownVersion } from '../../queue/versionLabel';
import { eventFlowsTranslationRef } from '../../translation';
import { AnswersTopic } from './AnswersTopic';
import { ConnectionName } from './ConnectionName';
import { settingsSummary } from './settingsSummary';

/** What is known of a queue. */
export function QueueFacts(props: { queue: Queue; versions?: KnownVersion[] }) {
  const { queue, versions = [] } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { status, settings } = queue;
  const facts: Fact[] = [
    { label: t('queues.state'), value: <QueueStateCell queue={queue} /> },
    { label: t('queues.version'), value: versionLabel(queue, versions, t) },
    {
      label: t('queue.lag'),
      value: lagText(queue, t),
    },
    ...(status?.oldestWaitingAt
      ? [
          {
            label: t('queue.oldestWaiting'),
            value: <RelativeTime at={status.oldestWaitingAt} />,
          },
        ]
      : []),
    {
      label: t('queue.rate'),
      value: formatRate(status?.deliveredPerSecond ?? 0),
    },
    {
      label: t('queues.lastDelivered'),
      value: status?.lastDeliveredAt ? (
        <RelativeTime at={status.lastDeliveredAt} />
      ) : (
        t('queues.never')
      ),
    },
    { label: t('queue.replicas'), value: formatCount(status?.replicas ?? 0) },
    {
      label: t('queue.algorithm'),
      value: <EntityRefLink entityRef={queue.algorithmRef} hideIcon />,
    },
    {
      label: t('queue.connection'),
      value: <ConnectionName connection={queue.connection} />,
    },
    {
      label: t('queue.settings'),
      value: settings ? settingsSummary(settings, t) : t('queues.none'),
    },
    ...(settings?.outputTopic
      ? [
          {
            label: t('queue.answersTo'),
            value: <AnswersTopic topic={settings.outputTopic} />,
          },
        ]
      : []),
    { label: t('queue.groupId'), value: groupIdOf(queue.id) },
    {
      label: t('queue.changed'),
      value: (
        <>
          <RelativeTime at={queue.changedAt} /> {t('queueManager.connectedBy')}{' '}
          <EntityRefLink entityRef={queue.changedBy} hideIcon />
        </>
      ),
    },
  ];
  return (
    <Panel>
      <FactList wide facts={facts} />
    </Panel>
  );
}
