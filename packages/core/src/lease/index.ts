export {
  CLOCK_RATE_ERROR,
  CLOCK_RATIO,
  parseTiming,
  TIMING_PRESETS,
  waitFor,
  type Timing,
  type TimingPreset,
} from './timing.js';
export {
  firesNotAfter,
  fitWatchdog,
  isGuarded,
  planWatchdog,
  type WatchdogStep,
} from './watchdog.js';
export { mayOpen, type GrantorView } from './grantor.js';
