export { demoCatalogModule as default } from './module';
