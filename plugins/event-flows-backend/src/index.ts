/**
 * Backend of Event Flows: connections to Kafka clusters, access to their
 * topics, queues, and the delivery of their records.
 *
 * @packageDocumentation
 */

export { eventFlowsPlugin as default } from './plugin';
