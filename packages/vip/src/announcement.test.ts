import { gratuitousArp } from './announcement.js';

const MAC = Uint8Array.of(0x02, 0x42, 0xac, 0x11, 0x00, 0x02);
const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

describe('a gratuitous ARP', () => {
  it('asks everybody for its own address, in request form', () => {
    expect(hex(gratuitousArp('request', MAC, '10.77.0.100'))).toBe(
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
    const frame = hex(gratuitousArp('reply', MAC, '10.77.0.100'));
    expect(frame.slice(40, 44)).toBe('0002');
    expect(frame.slice(64, 76)).toBe('0242ac110002');
  });

  it('is not made for something else than an Ethernet address and IPv4', () => {
    expect(() => gratuitousArp('request', MAC.subarray(1), '10.0.0.1')).toThrow('protocol §5');
    expect(() => gratuitousArp('request', MAC, 'fd00::1')).toThrow('protocol §5');
  });
});
