import { readFileSync } from 'node:fs';
import koffi from 'koffi';
import { LabError } from '../lab-error.js';

/** Whole Ethernet frames on one interface of this network namespace. */
export interface PacketLink {
  readonly mac: string;
  readonly send: (frame: Buffer) => void;
  /** What came since the last call. */
  readonly take: () => Buffer[];
}

const AF_PACKET = 17;
const SOCK_RAW_NONBLOCK = 3 | 0o4000;
const ETHERTYPE_IPV4_BE = 0x0008;
const MOST_FRAMES = 4_000;

/** Opens a packet socket for IPv4 frames. Needs root. */
export function openPacketLink(name: string): PacketLink {
  const libc = koffi.load('libc.so.6');
  const socket = libc.func('int socket(int domain, int type, int protocol)');
  const bind = libc.func('int bind(int fd, const void *address, unsigned int length)');
  const send = libc.func('long send(int fd, const void *bytes, size_t length, int flags)');
  const recv = libc.func('long recv(int fd, _Out_ void *into, size_t length, int flags)');
  const fd = Number(socket(AF_PACKET, SOCK_RAW_NONBLOCK, ETHERTYPE_IPV4_BE));
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16LE(ETHERTYPE_IPV4_BE, 2);
  address.writeInt32LE(Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'latin1')), 4);
  if (fd < 0 || Number(bind(fd, address, address.length)) !== 0) {
    throw new LabError(`no packet socket on ${name}: this needs root`);
  }
  const buffer = Buffer.alloc(2048);
  return {
    mac: readFileSync(`/sys/class/net/${name}/address`, 'latin1').trim(),
    // One that does not go out is a probe without an answer.
    send: (frame) => void send(fd, frame, frame.length, 0),
    take() {
      const frames: Buffer[] = [];
      while (frames.length < MOST_FRAMES) {
        const length = Number(recv(fd, buffer, buffer.length, 0));
        if (length < 0) break;
        frames.push(Buffer.from(buffer.subarray(0, length)));
      }
      return frames;
    },
  };
}
