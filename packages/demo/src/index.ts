export type { DemoReady } from './Demo';
export { TOPICS } from './events/DemoEvent';
export { startPortal } from './parts/portal';
