import { isIpv4, isIpv6, isOwnLabel, ownershipLabel, parseVip } from './vip-address.js';

describe('a VIP in the configuration', () => {
  it('is read as address, prefix length and interface', () => {
    expect(parseVip('10.77.0.100/24', 'eth0')).toEqual({
      ok: true,
      value: { ip: '10.77.0.100', prefixLength: 24, interfaceName: 'eth0' },
    });
  });

  it.each([
    ['10.77.0.100', 'no prefix length'],
    ['10.77.0.256/24', 'an octet too great'],
    ['10.77.0.100/33', 'a prefix too long'],
    ['10.77.0/24', 'three octets'],
    ['fd00::1/64', 'IPv6'],
    ['010.77.0.1/24', 'an octal octet'],
    ['', 'nothing'],
  ])('is refused when it is "%s" (%s)', (address) => {
    expect(parseVip(address, 'eth0')).toMatchObject({
      ok: false,
      error: { code: 'bad-address', remedy: 'write it like 10.77.0.100/24' },
    });
  });

  it.each(['', 'eth0:1', 'a/b', 'sixteen-letters-'])('is refused on an interface "%s"', (name) => {
    expect(parseVip('10.77.0.100/24', name)).toMatchObject({ ok: false });
  });
});

describe('the mark of ownership', () => {
  it.each([
    ['eth0', 'eth0:mha'],
    ['enp129s0f1', 'enp129s0f1:mha'],
    ['elevenchars', 'elevenchars:mha'],
    ['twelve-chars', 'mha'],
  ])('on %s is %s, which the kernel can keep', (name, label) => {
    expect(ownershipLabel(name)).toBe(label);
    expect(label.length).toBeLessThanOrEqual(15);
    expect(isOwnLabel(label)).toBe(true);
  });

  it.each(['eth0', 'eth0:1', 'eth0:mhax', 'xmha', ''])('is not on "%s"', (label) => {
    expect(isOwnLabel(label)).toBe(false);
  });
});

describe('the kind of an address', () => {
  it.each([
    ['10.0.0.1', true, false],
    ['fd00::1', false, true],
    ['::', false, true],
    ['::ffff:10.0.0.1', false, true],
    ['n2.example', false, false],
    ['1.2.3', false, false],
  ])('of %s', (text, four, six) => {
    expect([isIpv4(text), isIpv6(text)]).toEqual([four, six]);
  });
});
