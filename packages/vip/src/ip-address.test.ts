import fc from 'fast-check';
import { inSameSubnet, ipBytes, ipText, isIpv4, isIpv6 } from './ip-address.js';

const bytes = (text: string): Uint8Array => ipBytes(text) ?? new Uint8Array();

describe('the kind of an address', () => {
  it.each([
    ['10.0.0.1', true, false],
    ['010.0.0.1', false, false],
    ['10.0.0.256', false, false],
    ['1.2.3', false, false],
    ['fd00::1', false, true],
    ['::', false, true],
    ['::ffff:10.0.0.1', false, true],
    ['1:2:3:4:5:6:7:8', false, true],
    ['1:2:3:4:5:6:7', false, false],
    ['1::2::3', false, false],
    ['1:2:3:4::5:6:7:8', false, false],
    ['fd00::1%eth0', false, false],
    ['n2.example', false, false],
    ['', false, false],
  ])('of "%s"', (text, four, six) => {
    expect([isIpv4(text), isIpv6(text)]).toEqual([four, six]);
  });
});

describe('the text of an address', () => {
  it.each([
    ['FD00:0:0:0:0:0:0:1', 'fd00::1'],
    ['::', '::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
    ['10.77.0.100', '10.77.0.100'],
  ])('%s is written %s', (text, canonical) => {
    expect(ipText(bytes(text))).toBe(canonical);
  });

  it('reads back as the same bytes', () => {
    const address = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc
        .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
        .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))),
    );
    fc.assert(
      fc.property(address, (given) => {
        expect(ipBytes(ipText(given))).toEqual(given);
      }),
    );
  });
});

it.each([
  ['10.77.0.1', '10.77.0.200', 24, true],
  ['10.77.0.1', '10.77.1.1', 24, false],
  ['10.77.0.1', '10.77.1.1', 23, true],
  ['10.77.0.1', '10.77.0.1', 32, true],
  ['fd00::1', 'fd00::2:1', 64, true],
  ['fd00::1', 'fd00:0:0:1::1', 64, false],
  ['10.77.0.1', 'fd00::1', 0, false],
])('%s and %s in one /%d: %s', (a, b, prefix, same) => {
  expect(inSameSubnet(bytes(a), bytes(b), prefix)).toBe(same);
});
