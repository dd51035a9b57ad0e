import { err, ok, type Result } from '@mha4rdb/kernel';
import { ipBytes, ipText } from './ip-address.js';

/** One virtual address as configured: where it goes and what it is. */
export interface VipAddress {
  /** In its canonical text form (`ipText`), without the prefix length. */
  readonly ip: string;
  readonly prefixLength: number;
  readonly interfaceName: string;
}

/** What marks an address as ours, as the kernel shows it. */
export interface OwnershipSigns {
  readonly family: 4 | 6;
  /** IPv4 only; '' where there is none. */
  readonly label: string;
  /** IFA_PROTO; 0 where the kernel keeps none (before 5.18) or nobody set it. */
  readonly protocol: number;
  /** Added without duplicate detection and without a route, and not to be chosen as a source. */
  readonly quiet: boolean;
}

/** IFA_PROTO of our addresses: a number that neither the kernel (1 to 3) nor a known daemon uses. */
export const ADDRESS_PROTOCOL = 0x4d;

/** Longest label that the kernel keeps (IFNAMSIZ minus the ending NUL; VIP checklist 6). */
const LABEL_BYTES = 15;
const MARK = 'mha';
const INTERFACE = /^[^\s/:]{1,15}$/;
const REMEDY = 'write it like 10.77.0.100/24 or fd00::100/64';

/** Reads `ADDRESS/PREFIX` of either family. Refuses everything else by `bad-address`. */
export function parseVip(
  address: string,
  interfaceName: string,
): Result<VipAddress, 'bad-address'> {
  const [text = '', prefix = '', ...more] = address.split('/');
  const bytes = ipBytes(text);
  const prefixLength = Number(prefix);
  const prefixFits =
    bytes !== null && /^(?:0|[1-9]\d{0,2})$/.test(prefix) && prefixLength <= 8 * bytes.length;
  if (bytes === null || !prefixFits || more.length > 0) {
    return err('bad-address', `vip "${address}" is not an IP address with a prefix length`, REMEDY);
  }
  if (!INTERFACE.test(interfaceName)) {
    return err(
      'bad-address',
      `vip ${address}: "${interfaceName}" cannot be the name of a network interface`,
      'use a name that `ip link` shows',
    );
  }
  return ok({ ip: ipText(bytes), prefixLength, interfaceName });
}

export function familyOf(ip: string): 4 | 6 {
  return ip.includes(':') ? 6 : 4;
}

/**
 * The label that says "this address is ours" (VIP checklist 7): `eth0:mha`, as `ip` and `ifconfig`
 * expect labels, or only the mark where the interface's name leaves no room. IPv4 only.
 */
export function ownershipLabel(interfaceName: string): string {
  const label = `${interfaceName}:${MARK}`;
  return label.length <= LABEL_BYTES ? label : MARK;
}

/**
 * Whether an address bears our mark; one without it is never touched. The kernel's protocol field
 * where it has one; else the label; IPv6 knows no labels, and on kernels before 5.18 the way in which
 * we add one, which nobody chooses by hand, is the mark.
 */
export function isOurs({ family, label, protocol, quiet }: OwnershipSigns): boolean {
  if (protocol === ADDRESS_PROTOCOL) return true;
  if (family === 4) return label === MARK || label.endsWith(`:${MARK}`);
  return protocol === 0 && quiet;
}
