/** Writes netlink messages into one buffer, and says where things stand, so that they can change. */
export interface NetlinkWriter {
  readonly position: () => number;
  readonly bytes: (value: Buffer) => void;
  /** Answers where the value stands. */
  readonly attribute: (type: number, value: Buffer) => number;
  readonly nested: (type: number, inside: () => void) => void;
  readonly message: (type: number, flags: number, inside: () => void) => void;
  /** A copy of what was written. */
  readonly result: () => Buffer;
}

const NLA_F_NESTED = 0x8000;
const HEADER_BYTES = 16;

/** Throws a RangeError when more than `capacity` bytes are written. */
export function createNetlinkWriter(capacity: number): NetlinkWriter {
  const buffer = Buffer.alloc(capacity);
  let at = 0;
  const put = (value: Buffer): void => {
    if (at + value.length > capacity) throw new RangeError('netlink message is too long');
    value.copy(buffer, at);
    at = (at + value.length + 3) & ~3;
  };
  return {
    position: () => at,
    bytes: put,
    attribute(type, value) {
      buffer.writeUInt16LE(4 + value.length, at);
      buffer.writeUInt16LE(type, at + 2);
      at += 4;
      const valueAt = at;
      put(value);
      return valueAt;
    },
    nested(type, inside) {
      const start = at;
      buffer.writeUInt16LE(type | NLA_F_NESTED, at + 2);
      at += 4;
      inside();
      buffer.writeUInt16LE(at - start, start);
    },
    message(type, flags, inside) {
      const start = at;
      buffer.writeUInt16LE(type, at + 4);
      buffer.writeUInt16LE(flags, at + 6);
      at += HEADER_BYTES;
      inside();
      buffer.writeUInt32LE(at - start, start);
    },
    result: () => Buffer.from(buffer.subarray(0, at)),
  };
}
