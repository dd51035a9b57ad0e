export type {
  CallOptions,
  DatabaseAddress,
  DatabaseEngine,
  EngineErrorCode,
  EngineResult,
  ProgressReport,
  StopMode,
  SynchronousRule,
} from './engine.js';
