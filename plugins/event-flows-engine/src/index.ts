/**
 * Delivers Kafka records to HTTP endpoints: at least once, in order, never
 * lost. Knows nothing of Backstage or of databases.
 *
 * @packageDocumentation
 */

export * from './types';
