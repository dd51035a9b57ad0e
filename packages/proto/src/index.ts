export * from './gen/mha4rdb/v1/cluster_service_pb.js';
export * from './gen/mha4rdb/v1/consensus_service_pb.js';
export * from './gen/mha4rdb/v1/diagnosis_service_pb.js';
export * from './gen/mha4rdb/v1/errors_pb.js';
export * from './gen/mha4rdb/v1/event_pb.js';
export * from './gen/mha4rdb/v1/history_pb.js';
export * from './gen/mha4rdb/v1/raft_pb.js';
export * from './gen/mha4rdb/v1/status_pb.js';
