import { createEventFlowsPlugin } from './createEventFlowsPlugin';
import { createWorkerEngine } from './engine';

/**
 * The backend of Event Flows.
 *
 * @public
 */
export const eventFlowsPlugin = createEventFlowsPlugin(createWorkerEngine);
