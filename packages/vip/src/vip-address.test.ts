import {
  ADDRESS_PROTOCOL,
  isOurs,
  ownershipLabel,
  parseVip,
  type OwnershipSigns,
} from './vip-address.js';

describe('a VIP in the configuration', () => {
  it.each([
    ['10.77.0.100/24', '10.77.0.100', 24],
    ['10.77.0.100/32', '10.77.0.100', 32],
    ['fd00:0::100/64', 'fd00::100', 64],
    ['FD00::100/128', 'fd00::100', 128],
  ])('%s is read as address and prefix length', (text, ip, prefixLength) => {
    expect(parseVip(text, 'eth0')).toEqual({
      ok: true,
      value: { ip, prefixLength, interfaceName: 'eth0' },
    });
  });

  it.each([
    ['10.77.0.100', 'no prefix length'],
    ['10.77.0.256/24', 'an octet too great'],
    ['10.77.0.100/33', 'a prefix too long'],
    ['10.77.0/24', 'three octets'],
    ['fd00::1/129', 'a prefix too long for IPv6'],
    ['fd00::1/', 'an empty prefix length'],
    ['fd00::1/64/64', 'two prefix lengths'],
    ['010.77.0.1/24', 'an octal octet'],
    ['', 'nothing'],
  ])('is refused when it is "%s" (%s)', (address) => {
    expect(parseVip(address, 'eth0')).toMatchObject({
      ok: false,
      error: { code: 'bad-address', remedy: 'write it like 10.77.0.100/24 or fd00::100/64' },
    });
  });

  it.each(['', 'eth0:1', 'a/b', 'sixteen-letters-'])('is refused on an interface "%s"', (name) => {
    expect(parseVip('10.77.0.100/24', name)).toMatchObject({ ok: false });
  });
});

describe('the mark of ownership', () => {
  const four: OwnershipSigns = { family: 4, label: 'eth0', protocol: 0, quiet: false };
  const six: OwnershipSigns = { family: 6, label: '', protocol: 0, quiet: false };

  it.each([
    ['eth0', 'eth0:mha'],
    ['enp129s0f1', 'enp129s0f1:mha'],
    ['elevenchars', 'elevenchars:mha'],
    ['twelve-chars', 'mha'],
  ])('on %s is %s, which the kernel can keep', (name, label) => {
    expect(ownershipLabel(name)).toBe(label);
    expect(label.length).toBeLessThanOrEqual(15);
    expect(isOurs({ ...four, label })).toBe(true);
  });

  it.each(['eth0', 'eth0:1', 'eth0:mhax', 'xmha', ''])('is not on "%s"', (label) => {
    expect(isOurs({ ...four, label })).toBe(false);
  });

  it('is the protocol where the kernel keeps one, in both families', () => {
    expect(isOurs({ ...four, protocol: ADDRESS_PROTOCOL })).toBe(true);
    expect(isOurs({ ...six, protocol: ADDRESS_PROTOCOL })).toBe(true);
  });

  it('of IPv6 on an older kernel is the way in which it was added', () => {
    expect(isOurs({ ...six, quiet: true })).toBe(true);
    expect(isOurs(six)).toBe(false);
    expect(isOurs({ ...six, quiet: true, protocol: 2 })).toBe(false);
    expect(isOurs({ ...four, quiet: true })).toBe(false);
  });
});
