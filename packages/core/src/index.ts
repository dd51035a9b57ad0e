export * from './cluster/index.js';
export * from './member/index.js';
export * from './node/index.js';
export * from './raft/index.js';
