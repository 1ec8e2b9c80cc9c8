export type { DemoReady } from './Demo';
export { TOPICS } from './events/DemoEvent';
export { between, pick, seededRandom } from './events/random';
export type { Random } from './events/random';
export { startPortal, waitForAlgorithms } from './parts/portal';
