export { eventFlowsPolicyModule as default } from './module';
