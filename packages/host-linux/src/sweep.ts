import { ok } from '@mha4rdb/kernel';
import { parseVip, removeTable, type VipAddress } from '@mha4rdb/vip';
import type { AddressKeeper } from './address-keeper.js';
import { readGuardRecord, writeGuardRecord } from './guard-record.js';
import type { HostFailure, HostResult } from './host-failure.js';
import type { OpenPortKernel } from './port-kernel.js';
import type { Release } from './release.js';

export interface SweepReport {
  /** VIPs of a former life that were taken off this host. */
  readonly removed: readonly string[];
  /** What stood in the way; the sweep went on despite it. */
  readonly problems: readonly HostFailure[];
}

interface SweepInput {
  readonly config: {
    readonly databasePort: number;
    readonly vips: readonly { readonly address: string; readonly interface: string }[];
    readonly stateFile: string;
  };
  readonly vips: readonly VipAddress[];
  readonly keep: boolean;
  readonly port: OpenPortKernel;
  readonly keeper: AddressKeeper;
  readonly release: Release;
}

/**
 * Closes the port, then removes VIPs: of the former configuration always, of the present one unless
 * `keep`. Only what bears our mark is removed. Ends with the present configuration on record; fails
 * only when that cannot be written, since without it a later life would orphan an address.
 */
export function sweepHost(input: SweepInput): HostResult<SweepReport> {
  const { config, keep, port, keeper, release } = input;
  const problems: HostFailure[] = [];
  const removed: string[] = [];
  const note = (result: HostResult<unknown>): void => {
    if (!result.ok) problems.push(result.error);
  };

  const record = readGuardRecord(config.stateFile);
  note(record);
  const former = record.ok && record.value !== null ? record.value : null;
  if (former !== null && former.databasePort !== config.databasePort) {
    note(port.nft.run(removeTable(former.databasePort)));
  }
  if (!keep) {
    const closed = port.kernel.close();
    // No table, or one with other sets: the first `enforce` makes ours, closed.
    if (!closed.ok && closed.error.code !== 'nft-absent') problems.push(closed.error);
  }
  const isConfigured = (vip: VipAddress): boolean =>
    input.vips.some(({ ip, interfaceName, prefixLength }) => {
      return (
        ip === vip.ip && interfaceName === vip.interfaceName && prefixLength === vip.prefixLength
      );
    });
  const orphans = (former?.vips ?? [])
    .map((vip) => parseVip(vip.address, vip.interface))
    .flatMap((vip) => (vip.ok && !isConfigured(vip.value) ? [vip.value] : []));
  for (const vip of keep ? orphans : [...orphans, ...input.vips]) {
    const before = keeper.look(vip);
    const [after] = release.take([vip], []);
    if (after === undefined) continue;
    note(after);
    if (before.ok && before.value.state === 'held' && after.ok) removed.push(vip.ip);
  }
  const written = writeGuardRecord(config.stateFile, {
    databasePort: config.databasePort,
    vips: config.vips,
  });
  return written.ok ? ok({ removed, problems }) : written;
}
