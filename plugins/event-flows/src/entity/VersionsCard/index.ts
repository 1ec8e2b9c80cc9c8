export { EntityVersionsCard } from './EntityVersionsCard';
