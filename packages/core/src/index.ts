export * from './cluster/index.js';
export * from './coordinator/index.js';
export * from './doctor/index.js';
export * from './lease/index.js';
export * from './member/index.js';
export * from './node/index.js';
export * from './quorum/index.js';
export * from './raft/index.js';
