import { BlockList, isIP } from 'node:net';

const NOT_ROUTED = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const) {
  NOT_ROUTED.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  NOT_ROUTED.addSubnet(network, prefix, 'ipv6');
}

/**
 * Loopback, private (RFC 1918, RFC 4193) or link-local. A host name other than `localhost` is not:
 * what it resolves to can change after the check.
 */
export function isPrivateAddress(host: string): boolean {
  if (host === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && NOT_ROUTED.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
