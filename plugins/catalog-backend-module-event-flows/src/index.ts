/**
 * Validates the algorithm model of Event Flows in the Backstage catalog.
 *
 * @packageDocumentation
 */

export { catalogModuleEventFlows as default } from './module';
