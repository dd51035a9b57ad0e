import { err, ok, type Result } from '@mha4rdb/kernel';

/** One virtual address as configured: where it goes and what it is. */
export interface VipAddress {
  /** Dotted quad, without the prefix length. */
  readonly ip: string;
  readonly prefixLength: number;
  readonly interfaceName: string;
}

/** Longest label that the kernel keeps (IFNAMSIZ minus the ending NUL; VIP checklist 6). */
const LABEL_BYTES = 15;
const MARK = 'mha';
const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const IPV4_CIDR = new RegExp(`^((?:${OCTET}\\.){3}${OCTET})/(\\d|[12]\\d|3[0-2])$`);
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);
const INTERFACE = /^[^\s/:]{1,15}$/;

export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

/** A coarse look: the kernel has the last word on an IPv6 literal. */
export function isIpv6(text: string): boolean {
  return /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(text) && text.length >= 2;
}

/** Reads `a.b.c.d/len`. Refuses everything else by `bad-address`. */
export function parseVip(
  address: string,
  interfaceName: string,
): Result<VipAddress, 'bad-address'> {
  const match = IPV4_CIDR.exec(address);
  if (match?.[1] === undefined || match[2] === undefined) {
    return err(
      'bad-address',
      `vip "${address}" is not an IPv4 address with a prefix length`,
      'write it like 10.77.0.100/24',
    );
  }
  if (!INTERFACE.test(interfaceName)) {
    return err(
      'bad-address',
      `vip ${address}: "${interfaceName}" cannot be the name of a network interface`,
      'use a name that `ip link` shows',
    );
  }
  return ok({ ip: match[1], prefixLength: Number(match[2]), interfaceName });
}

/**
 * The mark that says "this address is ours" (VIP checklist 7): `eth0:mha`, as `ip` and `ifconfig`
 * expect labels, or only the mark where the interface's name leaves no room. An address without it
 * is never touched.
 */
export function ownershipLabel(interfaceName: string): string {
  const label = `${interfaceName}:${MARK}`;
  return label.length <= LABEL_BYTES ? label : MARK;
}

/** Whether a label read from the kernel is one that we gave. */
export function isOwnLabel(label: string): boolean {
  return label === MARK || label.endsWith(`:${MARK}`);
}
