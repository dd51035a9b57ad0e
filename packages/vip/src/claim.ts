import { ETHERTYPE_ARP, ETHERTYPE_IPV6 } from './ethernet-frame.js';
import { ipBytes } from './ip-address.js';
import { NEIGHBOUR_ADVERTISEMENT } from './neighbour-frame.js';

/** Somebody says on the link that an address is at his MAC. */
export interface Claim {
  /** As `aa:bb:cc:dd:ee:ff`. */
  readonly mac: string;
}

/** One instruction of a classic BPF program (linux/filter.h). */
export interface FilterStep {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly operand: number;
}

const ARP_SENDER_AT = 28;
const IPV6_NEXT_HEADER_AT = 20;
const ICMP_AT = 54;
const NA_TARGET_AT = 62;
const NA_OPTIONS_AT = 78;
const ICMPV6 = 58;
const TARGET_LINK_ADDRESS = 2;

/** The claim in an Ethernet frame about `ip`, or `null` when it makes none. */
export function claimIn(frame: Uint8Array, ip: string): Claim | null {
  const address = ipBytes(ip);
  if (address === null || frame.length < 42) return null;
  const type = ((frame[12] ?? 0) << 8) | (frame[13] ?? 0);
  if (type === ETHERTYPE_ARP) {
    const sender = frame.subarray(ARP_SENDER_AT, ARP_SENDER_AT + 4);
    return equal(sender, address) ? { mac: macText(frame.subarray(22, 28)) } : null;
  }
  const advertises =
    type === ETHERTYPE_IPV6 &&
    frame[IPV6_NEXT_HEADER_AT] === ICMPV6 &&
    frame[ICMP_AT] === NEIGHBOUR_ADVERTISEMENT &&
    equal(frame.subarray(NA_TARGET_AT, NA_OPTIONS_AT), address);
  if (!advertises) return null;
  const named = frame[NA_OPTIONS_AT] === TARGET_LINK_ADDRESS && frame.length >= NA_OPTIONS_AT + 8;
  const at = named ? NA_OPTIONS_AT + 2 : 6;
  return { mac: macText(frame.subarray(at, at + 6)) };
}

/**
 * A program by which the kernel passes on only frames that claim `ip`: the listener then sleeps
 * while the link is busy with everything else.
 */
export function claimFilter(ip: string): readonly FilterStep[] {
  const address = ipBytes(ip) ?? new Uint8Array(4);
  const words = new DataView(address.buffer, address.byteOffset, address.length);
  const tests: { readonly load: number; readonly at: number; readonly equals: number }[] =
    address.length === 4
      ? [
          { load: LOAD_HALF, at: 12, equals: ETHERTYPE_ARP },
          { load: LOAD_WORD, at: ARP_SENDER_AT, equals: words.getUint32(0) },
        ]
      : [
          { load: LOAD_HALF, at: 12, equals: ETHERTYPE_IPV6 },
          { load: LOAD_BYTE, at: IPV6_NEXT_HEADER_AT, equals: ICMPV6 },
          { load: LOAD_BYTE, at: ICMP_AT, equals: NEIGHBOUR_ADVERTISEMENT },
          ...[0, 4, 8, 12].map((part) => ({
            load: LOAD_WORD,
            at: NA_TARGET_AT + part,
            equals: words.getUint32(part),
          })),
        ];
  const steps = tests.flatMap(({ load, at, equals }, index) => [
    { code: load, jumpTrue: 0, jumpFalse: 0, operand: at },
    // A test that fails jumps over everything that is left, and the acceptance.
    { code: JUMP_EQUAL, jumpTrue: 0, jumpFalse: 2 * (tests.length - index) - 1, operand: equals },
  ]);
  const accept = { code: RETURN, jumpTrue: 0, jumpFalse: 0, operand: MAX_FRAME };
  const refuse = { code: RETURN, jumpTrue: 0, jumpFalse: 0, operand: 0 };
  return [...steps, accept, refuse];
}

const LOAD_WORD = 0x20;
const LOAD_HALF = 0x28;
const LOAD_BYTE = 0x30;
const JUMP_EQUAL = 0x15;
const RETURN = 0x06;
const MAX_FRAME = 0xffff;

export function macText(mac: Uint8Array): string {
  return [...mac].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
