export { Coverage } from './coverage.js';
export {
  FAULT_ROLES,
  FAULTS,
  type FaultKind,
  type FaultRole,
  type ScriptedFault,
} from './fault.js';
export { CALM, type NetworkWeather } from './network.js';
export { membersOf, MODES, simulatedMember, type Mode, type SimulationOptions } from './options.js';
export type * from './picture/record.js';
export { simulate, type SimulationResult } from './run.js';
export { drawOptions } from './swarm.js';
export type { Watching } from './world.js';
