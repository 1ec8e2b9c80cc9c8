export type { DemoReady } from './Demo';
export { TOPICS } from './events/DemoEvent';
