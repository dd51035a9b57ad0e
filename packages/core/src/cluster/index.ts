export type * from './command.js';
export type * from './event.js';
export * from './state.js';
