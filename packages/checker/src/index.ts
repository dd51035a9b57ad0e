export { explore, type Exploration, type Limits } from './exploration/explore.js';
export { printCounterexample, type Counterexample } from './exploration/counterexample.js';
export type { Model, Vector } from './exploration/model.js';
export { CATALOGUE, findModel } from './run/catalogue.js';
export type { CheckedModel } from './run/checked-model.js';
