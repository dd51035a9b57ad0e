/**
 * The port lease as nftables text (protocol §5). One table per database port, so that two agents on
 * one host do not meet, and nothing of the host's own firewall is ever named.
 *
 * - `open` and `peers` hold what may pass, each element with a timeout that the kernel keeps.
 * - `armed` opens nothing. An opening or renewal must take an element out of it in the same
 *   transaction; when that element has expired, the whole transaction fails. That is what bounds a
 *   pause between the look at the clock and the call (see `planCommit`).
 * - `input` answers with a reset, so that clients go to the new primary at once. The reset leaves
 *   through `output` with the database's source port, hence the exception there: a reset carries no
 *   data and acknowledges nothing.
 * - `lo` is not exempt: consumers may run on this host.
 * - `accept` ends only this table's chain; the host's later chains still decide.
 */
export function tableName(databasePort: number): string {
  return `mha4rdb_${databasePort}`;
}

/** Rules without counters, as `nft list table` prints them; `parsePortTable` compares with these. */
export function inputRules(port: number): readonly string[] {
  return [
    'tcp dport @open accept',
    'ip saddr . tcp dport @peers accept',
    'ip6 saddr . tcp dport @peers6 accept',
    `tcp dport ${port} reject with tcp reset`,
  ];
}

export function outputRules(port: number): readonly string[] {
  return [
    'tcp sport @open accept',
    'ip daddr . tcp sport @peers accept',
    'ip6 daddr . tcp sport @peers6 accept',
    `tcp sport ${port} tcp flags & rst == rst accept`,
    `tcp sport ${port} drop`,
  ];
}

/**
 * Makes the table, closed to everyone, in place of whatever stood under that name; one transaction,
 * so there is no moment without rules.
 */
export function buildTable(port: number): string {
  const name = tableName(port);
  const set = (set: string, type: string): string =>
    `  set ${set} {\n    type ${type}\n    flags timeout\n  }`;
  const chain = (hook: string, rules: readonly string[]): string =>
    [
      `  chain ${hook} {`,
      `    type filter hook ${hook} priority filter - 10; policy accept;`,
      ...rules.map((rule) => `    ${rule}`),
      '  }',
    ].join('\n');
  return [
    `table inet ${name}`,
    `delete table inet ${name}`,
    `table inet ${name} {`,
    set('armed', 'inet_service'),
    set('open', 'inet_service'),
    set('peers', 'ipv4_addr . inet_service'),
    set('peers6', 'ipv6_addr . inet_service'),
    chain('input', inputRules(port)),
    chain('output', outputRules(port)),
    '}',
    '',
  ].join('\n');
}

/** Removes the table, or does nothing when there is none. */
export function removeTable(port: number): string {
  return `table inet ${tableName(port)}\ndelete table inet ${tableName(port)}\n`;
}

export function listTable(port: number): string {
  return `list table inet ${tableName(port)}`;
}

/** Who may pass: nobody else than the peers, or everyone. */
export type Audience = 'peers' | 'everyone';
