/** What the engine is told, what it is asked, and what it tells. */

export * from './BrokerAdmin';
export * from './cluster';
export * from './deadLetters';
export * from './DeliveryEngine';
export * from './desiredQueue';
export * from './observations';
export * from './records';
