export * from './EventFlowsApi';
export * from './EventFlowsClient';
