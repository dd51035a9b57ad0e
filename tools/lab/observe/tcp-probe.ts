/** One end of a probe. */
export interface ProbeEnd {
  /** As `aa:bb:cc:dd:ee:ff`. */
  readonly mac: string;
  /** IPv4. */
  readonly ip: string;
  readonly port: number;
}

const ETHERTYPE_IPV4 = 0x0800;
const TCP = 6;
const SYN = 0x02;
const SYN_AND_ACK = 0x12;
const IP_AT = 14;
const TCP_AT = 34;
const FRAME_BYTES = 54;

/**
 * The first segment of a TCP connection to `to`, as an Ethernet frame: it reaches the host with that
 * MAC, whoever the neighbours believe has the address. No connection comes of it: the prober's own
 * kernel knows nothing of it, and resets what is answered.
 */
export function synFrame(from: ProbeEnd, to: ProbeEnd, sequence: number): Buffer {
  const frame = Buffer.alloc(FRAME_BYTES);
  macBytes(to.mac).copy(frame, 0);
  macBytes(from.mac).copy(frame, 6);
  frame.writeUInt16BE(ETHERTYPE_IPV4, 12);
  frame[IP_AT] = 0x45; // version 4, five words
  frame.writeUInt16BE(FRAME_BYTES - IP_AT, IP_AT + 2);
  frame[IP_AT + 8] = 64; // hops
  frame[IP_AT + 9] = TCP;
  ipBytes(from.ip).copy(frame, IP_AT + 12);
  ipBytes(to.ip).copy(frame, IP_AT + 16);
  frame.writeUInt16BE(checksum(frame.subarray(IP_AT, TCP_AT)), IP_AT + 10);
  frame.writeUInt16BE(from.port, TCP_AT);
  frame.writeUInt16BE(to.port, TCP_AT + 2);
  frame.writeUInt32BE(sequence, TCP_AT + 4);
  frame[TCP_AT + 12] = 0x50; // five words
  frame[TCP_AT + 13] = SYN;
  frame.writeUInt16BE(1024, TCP_AT + 14); // window
  const pseudo = Buffer.alloc(4);
  pseudo[1] = TCP;
  pseudo.writeUInt16BE(FRAME_BYTES - TCP_AT, 2);
  const summed = Buffer.concat([
    frame.subarray(IP_AT + 12, TCP_AT),
    pseudo,
    frame.subarray(TCP_AT),
  ]);
  frame.writeUInt16BE(checksum(summed), TCP_AT + 16);
  return frame;
}

/** The MAC that accepted a probe: an open port that answers for `to.ip`. Null for any other frame. */
export function acceptedBy(
  frame: Buffer,
  from: ProbeEnd,
  to: Omit<ProbeEnd, 'mac'>,
): string | null {
  const accepted =
    frame.length >= FRAME_BYTES &&
    frame.readUInt16BE(12) === ETHERTYPE_IPV4 &&
    frame[IP_AT + 9] === TCP &&
    frame.subarray(IP_AT + 12, IP_AT + 16).equals(ipBytes(to.ip)) &&
    frame.readUInt16BE(TCP_AT) === to.port &&
    frame.readUInt16BE(TCP_AT + 2) === from.port &&
    frame[TCP_AT + 13] === SYN_AND_ACK;
  return accepted ? (frame.toString('hex', 6, 12).match(/../g) ?? []).join(':') : null;
}

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

function ipBytes(ip: string): Buffer {
  return Buffer.from(ip.split('.').map(Number));
}
