export type { HostFailure, HostFailureCode, HostResult } from './host-failure.js';
export {
  openHostGuard,
  type FenceWish,
  type HostGuard,
  type HostGuardConfig,
} from './host-guard.js';
export type { HostNews } from './host-news.js';
export type { HostState } from './host-state.js';
export type { SweepReport } from './sweep.js';
export type { VipSight } from './address-keeper.js';
export { HookKeeper, type HookKeeperOptions } from './hook-keeper.js';
export { startCommand, type StartedCommand } from './start-command.js';
export { preflight } from './preflight.js';
export { readInterface, readNonlocalBind, type InterfaceSight } from './read-interface.js';
export {
  checkWatchdog,
  clearWatchdog,
  kernelWatchdogCalls,
  openWatchdog,
  type OpenWatchdog,
  type WatchdogCalls,
} from './watchdog-device.js';
