export { assertNever, invariant, InvariantError } from './invariant.js';
export { err, ok, type Failure, type Result } from './result.js';
export {
  epochOf,
  incarnationOf,
  logIndexOf,
  nodeIdOf,
  termOf,
  type Epoch,
  type Incarnation,
  type LogIndex,
  type NodeId,
  type Term,
} from './ids.js';
export { lifeOf, lifeOfVoter, nodeOfVoter, voterIdOf, type Life } from './voter-id.js';
export {
  addDuration,
  durationOf,
  elapsed,
  instantOf,
  isAtOrAfter,
  laterOf,
  parseDuration,
  type Duration,
  type Instant,
} from './time.js';
export { seededRandom, type SeededRandom } from './random.js';
export { encodeCanonical } from './encode.js';
export { LIMITS } from './limits.js';
export type {
  DatabaseObservation,
  DatabasePosition,
  DataDirectory,
  HistoryEntry,
  StandbyView,
  SynchronousRule,
  TimelineSwitch,
} from './database.js';
