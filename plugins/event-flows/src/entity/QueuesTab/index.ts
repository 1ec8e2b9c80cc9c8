export { EntityQueuesContent } from './EntityQueuesContent';
