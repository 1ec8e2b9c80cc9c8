/**
 * Delivers Kafka records to HTTP endpoints: at least once, in order, never
 * lost. Knows nothing of Backstage or of databases.
 *
 * @packageDocumentation
 */

export { AddressPolicy } from './address/AddressPolicy';
export type { ResolveName } from './address/AddressPolicy';
export { matchesBroker } from './address/plaintextPassword';
export { isReservedHeader } from './delivery/reservedHeaders';
export { createEngine } from './Engine';
export { failedReport } from './failedReport';
export { createEngineHost } from './host/EngineHost';
export { latencyAt } from './observe/latencies';
export { isMarkOf } from './trial/marks';
export * from './types';
