import {
  checkWatchdog,
  clearWatchdog,
  kernelWatchdogCalls,
  openWatchdog,
} from '@mha4rdb/host-linux';
import type { AgentConfig, EdgeContext } from '@mha4rdb/node-runtime';
import path from 'node:path';
import { WatchdogKeeper, type WatchdogKeeperOptions } from './watchdog-keeper.js';

/** The configured watchdog of this host; null where there is none. Starts nothing yet. */
export function watchdogOf(
  { watchdog, dataDir }: AgentConfig,
  { clock, metrics }: Pick<EdgeContext, 'clock' | 'metrics'>,
  log: WatchdogKeeperOptions['log'],
): WatchdogKeeper | null {
  const { mode, device, timeout } = watchdog;
  if (mode === 'off') return null;
  const keeper = new WatchdogKeeper({
    required: mode === 'required',
    timeoutMs: timeout,
    clock,
    open: () => {
      const calls = kernelWatchdogCalls();
      return calls.ok ? openWatchdog(device, timeout / 1000, calls.value) : calls;
    },
    clear: () => clearWatchdog(device),
    check: () => checkWatchdog(device),
    record: path.join(dataDir, 'watchdog-armed'),
    log,
  });
  metrics.gauge(
    'mha_watchdog_armed',
    'Whether the watchdog of this host runs under this agent.',
    () => [{ value: keeper.view.state === 'armed' ? 1 : 0 }],
  );
  metrics.gauge(
    'mha_watchdog_left_seconds',
    'After so long at most it resets the host, unless it is petted.',
    () => {
      const { firesAt } = keeper.view;
      return firesAt === null ? [] : [{ value: Math.max(0, firesAt - clock.now()) / 1000 }];
    },
  );
  return keeper;
}
