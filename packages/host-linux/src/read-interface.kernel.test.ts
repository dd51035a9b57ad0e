import { readInterface, readNonlocalBind } from './read-interface.js';

const vip = (ip: string, interfaceName: string) => ({ ip, prefixLength: 32, interfaceName });

test('an interface is seen with the network that it is in, whatever the prefix of the VIP', () => {
  const sight = readInterface(vip('127.0.0.77', 'lo'), []);
  expect(sight.addresses).toContain('127.0.0.1/8');
  expect(sight.inNetwork).toBe(true);
  expect(sight.besides).toEqual([]);
  expect(sight.settings).toHaveProperty('arp_ignore');
  expect(readInterface(vip('192.0.2.7', 'lo'), []).inNetwork).toBe(false);
  expect(typeof readNonlocalBind()).toBe('boolean');
});

test('a VIP that is held does not make its interface fit', () => {
  const held = vip('127.0.0.1', 'lo');
  expect(readInterface(held, [held]).addresses).not.toContain('127.0.0.1/8');
});

test('an interface that does not exist is told apart from one without addresses', () => {
  const sight = readInterface(vip('192.0.2.7', 'nosuch0'), []);
  expect(sight).toMatchObject({ addresses: null, inNetwork: false, carrier: false });
});
