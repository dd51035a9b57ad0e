import { isPrivateAddress } from './private-address.js';

test.each([
  ['127.0.0.1', true],
  ['10.77.0.11', true],
  ['172.31.255.255', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['8.8.8.8', false],
  ['0.0.0.0', false],
  ['::1', true],
  ['fd00::11', true],
  ['2001:db8::1', false],
  ['::ffff:8.8.8.8', false],
  ['localhost', true],
  ['db.example.org', false],
])('%s private: %s', (host, expected) => {
  expect(isPrivateAddress(host)).toBe(expected);
});
