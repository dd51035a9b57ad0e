export { checkOpenGaussHost, runningManagers } from './opengauss/check-host.js';
export type { OpenGaussConfig } from './opengauss/config.js';
export { createOpenGaussEngine } from './opengauss/create-engine.js';
export type {
  CallOptions,
  DatabaseAddress,
  DatabaseEngine,
  EngineErrorCode,
  EpochMarker,
  EngineResult,
  LogToKeep,
  ProgressReport,
  StopMode,
} from './engine.js';
export type { DatabaseLogin, PostgresConfig } from './postgres/config.js';
export { createPostgresEngine } from './postgres/create-engine.js';
export { checkPostgresHost, type HostProblem } from './postgres/check-host.js';
