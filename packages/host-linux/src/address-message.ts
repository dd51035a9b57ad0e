import {
  ADDRESS_PROTOCOL,
  familyOf,
  ipBytes,
  ipText,
  isOurs,
  ownershipLabel,
  type VipAddress,
} from '@mha4rdb/vip';
import { attribute, decodeAttributes, textOf } from './netlink-message.js';

/** An address as a netlink message shows it. */
export interface KernelAddress {
  readonly ip: string;
  readonly bytes: Buffer;
  readonly prefixLength: number;
  readonly linkIndex: number;
  /** Carries our mark. */
  readonly ours: boolean;
  /** Whole seconds until the kernel removes it; `null` for ever. */
  readonly validSeconds: number | null;
}

/** How an address is to be put there. */
export interface Placement {
  readonly vip: VipAddress;
  readonly linkIndex: number;
  readonly validSeconds: number | null;
  /** Let the kernel add the route of its subnet: only where no other address brings it. */
  readonly prefixRoute: boolean;
}

export const AF_INET = 2;
export const AF_INET6 = 10;
export const IFADDRMSG_BYTES = 8;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_LABEL = 3;
const IFA_CACHEINFO = 6;
const IFA_FLAGS = 8;
const IFA_PROTO = 11;
const IFA_F_NODAD = 0x02;
const IFA_F_DEPRECATED = 0x20;
const IFA_F_NOPREFIXROUTE = 0x200;
const FOR_EVER = 0xffff_ffff;

/** The question for all addresses of one family. */
export function addressQuestion(ip: string): Buffer {
  const body = Buffer.alloc(IFADDRMSG_BYTES);
  body[0] = familyOf(ip) === 6 ? AF_INET6 : AF_INET;
  return body;
}

/** Exactly this address and prefix on this interface (VIP checklist 30). */
export function addressBody(ip: string, prefixLength: number, linkIndex: number): Buffer {
  const body = addressQuestion(ip);
  body[1] = prefixLength;
  body.writeUInt32LE(linkIndex, 4);
  const bytes = Buffer.from(ipBytes(ip) ?? []);
  return Buffer.concat([body, attribute(IFA_LOCAL, bytes), attribute(IFA_ADDRESS, bytes)]);
}

/**
 * With our mark, its lifetime, without duplicate detection (our own check asks the link: VIP
 * checklist 44), and as IPv6 never chosen as the source of what this host sends (43).
 */
export function placementBody({ vip, linkIndex, validSeconds, prefixRoute }: Placement): Buffer {
  const six = familyOf(vip.ip) === 6;
  const lifetime = Buffer.alloc(16);
  const valid = validSeconds ?? FOR_EVER;
  lifetime.writeUInt32LE(six ? 0 : valid, 0);
  lifetime.writeUInt32LE(valid, 4);
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE((six ? IFA_F_NODAD : 0) | (prefixRoute ? 0 : IFA_F_NOPREFIXROUTE), 0);
  const label = Buffer.from(`${ownershipLabel(vip.interfaceName)}\0`);
  return Buffer.concat([
    addressBody(vip.ip, vip.prefixLength, linkIndex),
    ...(six ? [] : [attribute(IFA_LABEL, label)]),
    attribute(IFA_CACHEINFO, lifetime),
    attribute(IFA_FLAGS, flags),
    // Older kernels ignore it.
    attribute(IFA_PROTO, Buffer.from([ADDRESS_PROTOCOL])),
  ]);
}

/** Reads an RTM_NEWADDR or RTM_DELADDR; `null` for one that names no address. */
export function decodeAddress(body: Buffer): KernelAddress | null {
  const attributes = decodeAttributes(body, IFADDRMSG_BYTES);
  const bytes = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS);
  if (bytes === undefined) return null;
  const valid = attributes.get(IFA_CACHEINFO)?.readUInt32LE(4) ?? FOR_EVER;
  const flags = attributes.get(IFA_FLAGS)?.readUInt32LE(0) ?? body.readUInt8(2);
  const quiet = IFA_F_NODAD | IFA_F_DEPRECATED;
  return {
    ip: ipText(bytes),
    bytes,
    prefixLength: body.readUInt8(1),
    linkIndex: body.readUInt32LE(4),
    ours: isOurs({
      family: body.readUInt8(0) === AF_INET6 ? 6 : 4,
      label: textOf(attributes.get(IFA_LABEL)),
      protocol: attributes.get(IFA_PROTO)?.readUInt8(0) ?? 0,
      quiet: (flags & quiet) === quiet,
    }),
    validSeconds: valid === FOR_EVER ? null : valid,
  };
}
