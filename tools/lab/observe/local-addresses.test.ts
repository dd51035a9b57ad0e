import { hasLocalAddress } from './local-addresses.js';

const TRIE = `Local:
  +-- 10.77.0.0/24 2 0 2
     +-- 10.77.0.0/25 2 0 2
        |-- 10.77.0.11
           /32 host LOCAL
        |-- 10.77.0.100
           /32 host LOCAL
     |-- 10.77.0.255
        /32 link BROADCAST
`;

describe('addresses of a host, from its fib_trie', () => {
  it.each([
    ['10.77.0.100', true],
    ['10.77.0.11', true],
    ['10.77.0.10', false],
    ['10.77.0.255', false],
    ['0.77.0.11', false],
  ])('%s: %s', (address, local) => {
    expect(hasLocalAddress(TRIE, address)).toBe(local);
  });
});
