/**
 * The screens of Event Flows, for the new frontend system.
 *
 * @packageDocumentation
 */

export { eventFlowsApiRef } from './api/eventFlowsApiRef';
export { eventFlowsPlugin as default } from './plugin';
export { eventFlowsTranslationRef } from './translation';
