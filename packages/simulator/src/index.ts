export { Coverage } from './coverage.js';
export { FAULTS, MODES, type FaultKind, type Mode, type SimulationOptions } from './options.js';
export { simulate, type SimulationResult } from './run.js';
export { drawOptions } from './swarm.js';
export type {
  RecordedDatabase,
  RecordedEvent,
  RecordedMember,
  RecordedPort,
  RunRecord,
} from './picture/record.js';
