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
export type { Caption } from './picture/caption.js';
export { momentsOf, type Moment, type Tone } from './picture/moment.js';
export { longestSilence, WORTH_TELLING_MS, type Silence } from './picture/silence.js';
export { drawSvg } from './picture/svg/svg.js';
export { ASCII, UNICODE, type Glyphs } from './picture/terminal/glyphs.js';
export type { Ink, Paint } from './picture/terminal/row.js';
export { drawTimeline, type TerminalStyle } from './picture/terminal/timeline.js';
export { viewOf, type View } from './picture/view.js';
export { ASSUMED_MS, COPY_PARTS } from './assumed-times.js';
