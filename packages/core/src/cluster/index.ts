export type * from './command.js';
export type * from './event.js';
export * from './state.js';
export { settingsRevision } from './change-settings.js';
export { settingsOf, type Setting } from './setting-keys.js';
export { applyCommand } from './apply.js';
export type { Applied, Place } from './applied.js';
export { initialClusterState, type Founding } from './initial.js';
