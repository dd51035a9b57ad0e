import { announcementAt, announcementFrames, probeFrame } from './announcement.js';

const MAC = Uint8Array.of(0x02, 0x42, 0xac, 0x11, 0x00, 0x02);
const hex = (bytes: Uint8Array | undefined): string =>
  [...(bytes ?? [])].map((byte) => byte.toString(16).padStart(2, '0')).join('');

describe('an announcement of an IPv4 address', () => {
  const [request, reply] = announcementFrames(MAC, '10.77.0.100');

  it('asks everybody for its own address, in request form', () => {
    expect(hex(request)).toBe(
      'ffffffffffff' +
        '0242ac110002' +
        '0806' + // Ethernet: to all, from us, ARP
        '0001' +
        '0800' +
        '06' +
        '04' +
        '0001' + // Ethernet, IPv4, lengths, request
        '0242ac110002' +
        '0a4d0064' +
        '000000000000' +
        '0a4d0064',
    );
  });

  it('tells everybody, in reply form', () => {
    expect(hex(reply).slice(40, 44)).toBe('0002');
    expect(hex(reply).slice(64, 76)).toBe('0242ac110002');
  });

  it('is not made for something else than an Ethernet address', () => {
    expect(() => announcementFrames(MAC.subarray(1), '10.0.0.1')).toThrow('protocol §5');
    expect(() => announcementFrames(MAC, 'n1.example')).toThrow('protocol §5');
  });
});

describe('an announcement of an IPv6 address', () => {
  const [frame, ...more] = announcementFrames(MAC, 'fd00::100');

  it('is one unsolicited advertisement to all nodes, from the VIP, overriding', () => {
    expect(more).toEqual([]);
    expect(hex(frame)).toBe(
      '333300000001' +
        '0242ac110002' +
        '86dd' + // Ethernet: to all nodes, from us, IPv6
        '60000000' +
        '0020' +
        '3a' +
        'ff' + // 32 bytes of ICMPv6, hop limit 255
        'fd000000000000000000000000000100' +
        'ff020000000000000000000000000001' +
        '8800' +
        checksumOf(frame) +
        '20000000' + // advertisement, override
        'fd000000000000000000000000000100' +
        '0201' +
        '0242ac110002',
    );
  });

  it('has a checksum under which a receiver takes it', () => {
    expect(sumOf(frame ?? new Uint8Array())).toBe(0xffff);
  });

  it('says that it comes from a router where it does', () => {
    const [router] = announcementFrames(MAC, 'fd00::100', true);
    expect(router?.[58]).toBe(0xa0);
  });
});

describe('a probe', () => {
  it('of IPv4 names no sender, so that nobody learns from it', () => {
    const frame = hex(probeFrame(MAC, '10.77.0.100'));
    expect(frame.slice(40, 44)).toBe('0001');
    expect(frame.slice(56, 64)).toBe('00000000');
    expect(frame.slice(76)).toBe('0a4d0064');
  });

  it('of IPv6 asks the address’s own group, from nobody', () => {
    const frame = probeFrame(MAC, 'fd00::12:3456');
    expect(hex(frame.subarray(0, 6))).toBe('3333ff123456');
    expect(hex(frame.subarray(22, 38))).toBe('0'.repeat(32));
    expect(hex(frame.subarray(38, 54))).toBe('ff0200000000000000000001ff123456');
    expect(frame[54]).toBe(135);
    expect(sumOf(frame)).toBe(0xffff);
  });
});

it('is repeated in a burst, then refreshed for ever', () => {
  expect([0, 1, 2, 3, 4, 5, 6].map(announcementAt)).toEqual([
    0, 200, 1000, 3000, 7000, 37_000, 67_000,
  ]);
});

function checksumOf(frame: Uint8Array | undefined): string {
  return hex(frame?.subarray(56, 58));
}

/** As a receiver sums: pseudo-header and message, checksum included. */
function sumOf(frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  let sum = frame.length - 54 + 58;
  for (let at = 22; at < frame.length; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
