import type { HostGuardConfig } from '@mha4rdb/host-linux';
import type { AgentConfig } from '@mha4rdb/node-runtime';
import path from 'node:path';
import { configuredAddresses } from './member-addresses.js';

/** What the host guard is told: whose standbys may stream, which addresses are ours. */
export function guardConfigOf(config: AgentConfig): Omit<HostGuardConfig, 'now'> {
  return {
    databasePort: config.database.port,
    peers: configuredAddresses(config).peers,
    vips: config.vip.flatMap((vip) =>
      vip.driver === 'address'
        ? [{ address: `${vip.address}/${vip.prefix}`, interface: vip.interface }]
        : [],
    ),
    stateFile: path.join(config.dataDir, 'host-guard.json'),
  };
}
