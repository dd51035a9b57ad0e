/**
 * Whether an IPv4 address is one of a host's own, from the text of its `/proc/PID/net/fib_trie`.
 * The kernel keeps it there as a `host LOCAL` leaf as long as an interface carries it; reading it
 * from outside costs no process per sample.
 */
export function hasLocalAddress(fibTrie: string, address: string): boolean {
  const lines = fibTrie.split('\n');
  return lines.some(
    (line, at) =>
      line.trim() === `|-- ${address}` && /^\/32 host LOCAL$/.test((lines[at + 1] ?? '').trim()),
  );
}
