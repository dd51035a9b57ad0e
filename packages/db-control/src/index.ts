export type {
  CallOptions,
  DatabaseAddress,
  DatabaseEngine,
  EngineErrorCode,
  EngineResult,
  ProgressReport,
  StopMode,
} from './engine.js';
