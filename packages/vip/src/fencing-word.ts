/** Which kernel leases guard this member now (protocol §5); shown in status and doctor. */
export type FencingWord = 'address+port' | 'port' | 'address' | 'none';

/**
 * `portFenced`: our table stands, with all its rules. `addressLeased`: at least one VIP is held, and
 * each of the held ones has a lifetime.
 */
export function fencingWord(portFenced: boolean, addressLeased: boolean): FencingWord {
  if (portFenced) return addressLeased ? 'address+port' : 'port';
  return addressLeased ? 'address' : 'none';
}
