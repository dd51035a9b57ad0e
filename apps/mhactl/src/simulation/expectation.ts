import { namedFault } from './fault-name.js';
import type { Outcome } from './outcome.js';
import type { Setup } from './read-config.js';

/**
 * Whether writes ought to have come back while the fault lasted: one host of three or more was hit,
 * and the durability rule can do with one data member less. Of what is harder than that nothing is
 * expected but that it comes back when everything is mended, which every run checks.
 */
export function shouldRecover({ faults }: Outcome, { founding }: Setup): boolean {
  const [fault, ...others] = faults;
  if (fault === undefined || others.length > 0 || !namedFault(fault).lasts) return false;
  if (OUT_OF_REACH.has(fault)) return false;
  const { mode, degrade } = founding.settings.durability;
  // Nobody would be a better primary: commits wait for standbys, or for the rule to be degraded.
  if (fault === 'cut-replication') return degrade;
  const voters = founding.members.length;
  const data = founding.members.filter(({ role }) => role === 'data').length;
  if (voters < 3 || data < 2 || mode === 'async') return false;
  return degrade || (mode === 'majority' && data >= 3);
}

/** Clients that reach nobody are helped by nobody; and who lost everything has to wait for power. */
const OUT_OF_REACH: ReadonlySet<string> = new Set(['all-power', 'cut-clients', 'isolate']);
