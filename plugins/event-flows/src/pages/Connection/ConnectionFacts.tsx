import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type { Connection } from '@event-flows/backstage-plugin-event-flows-common';
import { FactList } from '../../components/FactList';
import { Panel } from '../../components/Panel';
import { RelativeTime } from '../../components/RelativeTime';
import { eventFlowsTranslationRef, type Translate } from '../../translation';

/** What is known of a connection; never a secret. */
export function ConnectionFacts({ connection }: { connection: Connection }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { sasl } = connection;
  return (
    <Panel>
      <FactList
        wide
        facts={[
          { label: t('connection.type'), value: t('connect.kafka') },
          {
            label: t('connection.brokers'),
            value: connection.brokers.map(broker => (
              <div key={broker}>{broker}</div>
            )),
          },
          {
            label: t('connection.encryption'),
            value: encryptionOf(connection, t),
          },
          {
            label: t('connection.signIn'),
            value: sasl
              ? t('connection.signInAs', {
                  username: sasl.username,
                  mechanism: sasl.mechanism.toUpperCase(),
                })
              : t('connection.none'),
          },
          {
            label: t('connection.clusterId'),
            value: connection.clusterId ?? t('connection.notKnown'),
          },
          {
            label: t('connection.connected'),
            value: (
              <>
                <RelativeTime at={connection.createdAt} />{' '}
                {t('queueManager.connectedBy')}{' '}
                <EntityRefLink entityRef={connection.createdBy} hideIcon />
              </>
            ),
          },
        ]}
      />
    </Panel>
  );
}

function encryptionOf({ tls }: Connection, t: Translate): string {
  if (!tls) {
    return t('connection.none');
  }
  const kind = tls.ca ? t('connection.tlsOwnCa') : t('connection.tls');
  return tls.hasClientKey
    ? t('connection.clientCertificate', { tls: kind })
    : kind;
}
