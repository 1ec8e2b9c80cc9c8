/**
 * The screens of Event Flows, for apps on the legacy frontend system.
 *
 * @packageDocumentation
 */

export { eventFlowsApiFactory } from './api/eventFlowsApiFactory';
export { eventFlowsApiRef } from './api/eventFlowsApiRef';
export { isAlgorithm } from './entity/isAlgorithm';
export {
  EntityQueuesContent,
  EntityVersionsCard,
  QueueManagerPage,
  eventFlowsPlugin,
} from './legacy/plugin';
export { eventFlowsTranslationRef } from './translation';
