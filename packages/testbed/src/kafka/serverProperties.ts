import { join } from 'node:path';
import type { Certificates } from './certificates';
import { ADMIN, APP_USER } from './users';

/** The doors that a broker of the testbed can open to clients. */
export type ListenerName = 'plain' | 'sasl' | 'mutualTls';

/** A port for each listener that is wanted, and one for the controller. */
export type BrokerPorts = { controller: number } & Partial<
  Record<ListenerName, number>
>;

/** Kafka's names of the listeners and what is spoken on them. */
const PROTOCOLS = {
  plain: ['PLAINTEXT', 'PLAINTEXT'],
  sasl: ['SASL', 'SASL_SSL'],
  mutualTls: ['MTLS', 'SSL'],
} as const;

/** What a cluster of one node needs, and what keeps tests quick. */
export const SINGLE_NODE = {
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '10',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '5',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  // After SIGKILL the broker comes back once its old session has run out.
  'broker.session.timeout.ms': '5000',
  'broker.heartbeat.interval.ms': '1000',
  // Consumers of a test need not wait for others to join.
  'group.initial.rebalance.delay.ms': '0',
};

/** Everything is allowed to everyone until a test denies it. */
export const AUTHORIZATION = {
  'authorizer.class.name':
    'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': 'true',
  'super.users': `User:ANONYMOUS;User:${ADMIN.username}`,
};

/** The text of `server.properties` for a cluster of one node. */
export function serverProperties(options: {
  dataDir: string;
  ports: BrokerPorts;
  certificates?: Certificates;
  /** Replace those that are there. */
  properties?: Record<string, string>;
}): string {
  const { dataDir, ports, certificates } = options;
  const wanted = (['plain', 'sasl', 'mutualTls'] as const).filter(
    name => ports[name] !== undefined,
  );
  const addresses = wanted.map(
    name => `${PROTOCOLS[name][0]}://127.0.0.1:${ports[name]}`,
  );
  const protocols = wanted.map(name => PROTOCOLS[name].join(':'));

  return toText({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: [
      ...addresses,
      `CONTROLLER://127.0.0.1:${ports.controller}`,
    ].join(','),
    'advertised.listeners': addresses.join(','),
    'listener.security.protocol.map': [
      ...protocols,
      'CONTROLLER:PLAINTEXT',
    ].join(','),
    'log.dirs': join(dataDir, 'data'),
    'auto.create.topics.enable': 'false',
    'delete.topic.enable': 'true',
    ...SINGLE_NODE,
    ...AUTHORIZATION,
    ...(certificates ? security(certificates) : {}),
    ...options.properties,
  });
}

function security({ files }: Certificates): Record<string, string> {
  const scram =
    'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const accounts = [ADMIN, APP_USER].map(
    user => `user_${user.username}="${user.password}"`,
  );
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': files.keyStore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': files.trustStore,
    'listener.name.mtls.ssl.client.auth': 'required',
    'listener.name.sasl.sasl.enabled.mechanisms':
      'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasl.scram-sha-256.sasl.jaas.config': scram,
    'listener.name.sasl.scram-sha-512.sasl.jaas.config': scram,
    'listener.name.sasl.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${accounts.join(
      ' ',
    )};`,
  };
}

/** As Kafka reads it. */
export function toText(properties: Record<string, string>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
