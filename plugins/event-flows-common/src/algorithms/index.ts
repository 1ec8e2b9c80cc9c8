export * from './latestVersion';
export * from './readAlgorithmVersion';
