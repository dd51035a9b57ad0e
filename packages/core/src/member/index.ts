export type * from './action.js';
export type * from './record.js';
export type * from './report.js';
