import { type ProbeEnd, acceptedBy, synFrame } from './tcp-probe.js';

const CLIENT: ProbeEnd = { mac: '02:4d:48:41:00:c8', ip: '10.77.0.200', port: 40_000 };
const VIP: ProbeEnd = { mac: '02:4d:48:41:00:01', ip: '10.77.0.100', port: 5432 };

/** Sums to all ones where the checksum inside is right. */
function sum(bytes: Buffer): number {
  let total = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) total += bytes.readUInt16BE(at);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

describe('a probe', () => {
  const frame = synFrame(CLIENT, VIP, 7);

  it('goes to one host by its MAC, for the address and port', () => {
    expect(frame.toString('hex', 0, 12)).toBe('024d48410001024d484100c8');
    expect([...frame.subarray(30, 34)]).toEqual([10, 77, 0, 100]);
    expect([frame.readUInt16BE(34), frame.readUInt16BE(36)]).toEqual([40_000, 5432]);
    expect(frame[47]).toBe(0x02);
  });

  it('has checksums under which a kernel takes it', () => {
    expect(sum(frame.subarray(14, 34))).toBe(0xffff);
    const pseudo = Buffer.from([0, 6, 0, 20]);
    const summed = Buffer.concat([frame.subarray(26, 34), pseudo, frame.subarray(34)]);
    expect(sum(summed)).toBe(0xffff);
  });
});

describe('an answer', () => {
  const answer = (flags: number): Buffer => {
    const frame = synFrame(VIP, CLIENT, 9);
    frame[47] = flags;
    return frame;
  };

  it('that accepts names the host', () => {
    expect(acceptedBy(answer(0x12), CLIENT, VIP)).toBe('02:4d:48:41:00:01');
  });

  it.each([
    ['a reset', answer(0x14)],
    ['the probe itself', synFrame(CLIENT, VIP, 7)],
    ['a fragment', answer(0x12).subarray(0, 40)],
  ])('is not %s', (_what, frame) => {
    expect(acceptedBy(frame, CLIENT, VIP)).toBeNull();
  });

  it('is not that of another address or to another prober', () => {
    expect(acceptedBy(answer(0x12), CLIENT, { ...VIP, ip: '10.77.0.11' })).toBeNull();
    expect(acceptedBy(answer(0x12), { ...CLIENT, port: 40_001 }, VIP)).toBeNull();
  });
});
