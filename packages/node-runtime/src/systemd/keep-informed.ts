import type { Clock } from '../clock/monotonic-clock.js';
import type { ServiceManager } from './service-manager.js';
import { isAlive, type Vitals } from './vitality.js';

/** The line for `systemctl status` is made anew this often. */
const STATUS_MS = 1000;

/**
 * Tells the manager four times in its interval that the node is alive, as long as it is, and once a
 * second what it does. `vitals` is null before the node stands: it asks the others what it is, has no
 * vote and no grant, and turning is all that it can do. Returns how to stop.
 */
export function keepInformed(
  manager: ServiceManager,
  node: {
    readonly clock: Clock;
    readonly vitals: () => Vitals | null;
    readonly status: () => string;
  },
): () => void {
  const { watchdogMs } = manager;
  const tellStatus = (): void => manager.status(node.status());
  tellStatus();
  const timers = [setInterval(tellStatus, STATUS_MS)];
  if (watchdogMs !== null) {
    const tellAlive = (): void => {
      const vitals = node.vitals();
      if (vitals === null || isAlive(vitals, node.clock.now(), watchdogMs / 2)) manager.alive();
    };
    tellAlive();
    timers.push(setInterval(tellAlive, watchdogMs / 4));
  }
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
