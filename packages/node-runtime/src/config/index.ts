export { modeOf } from '@mha4rdb/core';
export { foundingOf } from '../loop/founding.js';
export type { BaseConfig, ConfigKind } from './config.js';
export { loadConfig } from './load.js';
export { formatProblems, type ConfigProblem } from './problem.js';
