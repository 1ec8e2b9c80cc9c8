/**
 * Real surroundings for tests and the demo: Apache Kafka, an HTTP endpoint that
 * remembers what it received, databases of their own.
 */
export { startKafka } from './kafka/startKafka';
export type { KafkaCluster, KafkaOptions } from './kafka/startKafka';
export { startKafkaNodes } from './kafka/startKafkaNodes';
export type { KafkaNode, KafkaNodes } from './kafka/startKafkaNodes';
export type { BrokerPorts, ListenerName } from './kafka/serverProperties';
export { coordinatorOf } from './kafka/coordinatorOf';
export { ensureKafka, MissingToolError } from './kafka/jars';
export type { KafkaJars } from './kafka/jars';
export {
  createTopics,
  denyGroups,
  denyTopic,
  produce,
  withAdmin,
} from './kafka/clients';
export type {
  ProducedRecord,
  RecordToProduce,
  TopicToCreate,
} from './kafka/clients';
export { Canary } from './Canary';
export { FaultProxy } from './FaultProxy';
export { HostileBroker } from './HostileBroker';
export type { Hostility } from './HostileBroker';
export { RebindingResolver } from './RebindingResolver';
export { startRecordingEndpoint } from './RecordingEndpoint';
export type {
  EndpointAnswer,
  RecordedRequest,
  RecordingEndpoint,
  Responder,
} from './RecordingEndpoint';
export {
  isPostgresReachable,
  PostgresDatabase,
  postgresUrl,
} from './PostgresDatabase';
export { ManagedProcess, ManagedProcessError } from './ManagedProcess';
export type { ManagedProcessOptions, ProcessExit } from './ManagedProcess';
export { freePort, freePorts, isPortFree } from './ports';
export { connectionsOf, cpuSeconds, peakRssMiB, rssMiB } from './procfs';
export { readOptions, UsageError } from './readOptions';
export { waitUntil } from './waitUntil';
export type { WaitUntilOptions } from './waitUntil';
