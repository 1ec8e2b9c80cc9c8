export * from './allowed';
export * from './connection';
export * from './entityRef';
export * from './queue';
export * from './rewind';
export * from './secretRotation';
export * from './settings';
export * from './topic';
