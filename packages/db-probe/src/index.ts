export type {
  DatabaseObservation,
  DatabasePosition,
  DataDirectory,
  StandbyView,
  TimelineSwitch,
} from './observation.js';
