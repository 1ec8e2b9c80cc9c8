/**
 * The vocabulary of Event Flows, shared by its backend and its screens.
 *
 * @packageDocumentation
 */

export * from './algorithms';
export * from './annotations';
export * from './consumerGroup';
export * from './api';
export * from './errors';
export * from './openapi';
export * from './permissions';
export * from './schemas';
export * from './signals';
export * from './visibleLine';
