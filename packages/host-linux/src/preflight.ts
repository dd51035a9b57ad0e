import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { instantOf } from '@mha4rdb/kernel';
import { buildTable, isIpv4, isIpv6, parseVip, type VipAddress } from '@mha4rdb/vip';
import { openAnnouncer } from './announcer.js';
import { openHostAddresses } from './host-addresses.js';
import { hostErr, type HostFailure, type HostResult } from './host-failure.js';
import type { HostGuardConfig } from './host-guard.js';
import { openNftables } from './nftables.js';

/**
 * Everything that would keep a guard from working on this host, all at once, for `--check`. Changes
 * nothing: nftables only judges the table that it would have to make.
 */
export function preflight(config: Omit<HostGuardConfig, 'now'>): readonly HostFailure[] {
  const vips = config.vips.map((vip) => parseVip(vip.address, vip.interface));
  const results: readonly HostResult<unknown>[] = [
    ...vips,
    ...config.peers.map(checkPeer),
    checkStateFile(config.stateFile),
    checkNftables(config.databasePort),
    ...checkAddresses(vips.flatMap((vip) => (vip.ok ? [vip.value] : []))),
    checkAnnouncements(),
  ];
  return results.flatMap((result) => (result.ok ? [] : [result.error]));
}

const FINE = { ok: true, value: undefined } as const;

function checkPeer(host: string): HostResult<void> {
  if (isIpv4(host) || isIpv6(host)) return FINE;
  return hostErr(
    'bad-address',
    `member address "${host}" is not an IP address, and nftables cannot admit a name`,
    'write the IP address of the member in members[].database',
  );
}

function checkStateFile(file: string): HostResult<void> {
  const directory = dirname(file);
  // One that does not exist yet is made by the agent at its start.
  if (!existsSync(directory)) return FINE;
  try {
    accessSync(directory, constants.W_OK);
    return FINE;
  } catch {
    return hostErr(
      'state-file',
      `${directory} is not writable`,
      'give it to the user that runs the agent',
    );
  }
}

function checkNftables(port: number): HostResult<unknown> {
  const nft = openNftables();
  if (!nft.ok) return nft;
  const judged = nft.value.check(buildTable(port));
  nft.value.close();
  return judged;
}

function checkAddresses(vips: readonly VipAddress[]): readonly HostResult<unknown>[] {
  const addresses = openHostAddresses();
  if (!addresses.ok) return [addresses];
  const results = vips.map((vip): HostResult<unknown> => {
    const link = addresses.value.link(vip.interfaceName);
    if (!link.ok) return link;
    if (!link.value.up) {
      return hostErr(
        'interface-down',
        `${vip.interfaceName}, which should carry ${vip.ip}, is down`,
        `ip link set ${vip.interfaceName} up`,
      );
    }
    const seen = addresses.value.find(vip.ip);
    const foreign = seen.ok ? seen.value.find(({ ours }) => !ours) : undefined;
    if (foreign === undefined) return seen;
    return hostErr(
      'address-foreign',
      `${vip.ip} is configured on ${foreign.interfaceName} of this host already, and not by mha4rdb`,
      'remove it from the host’s own network configuration: the VIP belongs to the agent alone',
    );
  });
  addresses.value.close();
  return results;
}

function checkAnnouncements(): HostResult<unknown> {
  const announcer = openAnnouncer(() => instantOf(0));
  if (announcer.ok) announcer.value.close();
  return announcer;
}
