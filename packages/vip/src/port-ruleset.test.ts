import { parsePortTable } from './port-listing.js';
import { armTable, buildTable, closeTable, commitLease, tableName } from './port-ruleset.js';

describe('the port lease as nftables text', () => {
  it('names only our own table, one for each database port', () => {
    for (const port of [5432, 5433]) {
      const text = [
        buildTable(port),
        closeTable(port),
        armTable(port, 100),
        commitLease(
          port,
          { audience: 'everyone', peers: ['10.0.0.2'] },
          { lease: 500, token: 400 },
        ),
      ].join('\n');
      const tables = [...text.matchAll(/inet (mha4rdb_\d+)/g)].map((match) => match[1]);
      expect(new Set(tables)).toEqual(new Set([tableName(port)]));
      expect(text).not.toMatch(/ruleset/);
    }
  });

  it('is built closed, and recognised as intact', () => {
    const built = buildTable(5432).split('\n').slice(2).join('\n');
    expect(parsePortTable(5432, built)).toEqual({ intact: true, openLeft: 0, peersLeft: 0 });
  });

  it('lets resets out, since they carry no data, and nothing else after them', () => {
    const rules = buildTable(5432)
      .split('\n')
      .map((line) => line.trim());
    const reset = rules.indexOf('tcp sport 5432 tcp flags & rst == rst accept');
    expect(rules[reset + 1]).toBe('tcp sport 5432 drop');
  });

  it('exempts no interface: consumers may be local', () => {
    expect(buildTable(5432)).not.toMatch(/iif|oif|\blo\b/);
  });

  it('takes the token and replaces every permission in one transaction', () => {
    expect(
      commitLease(
        5432,
        { audience: 'everyone', peers: ['10.0.0.2', 'fd00::2', '10.0.0.3'] },
        { lease: 940, token: 400 },
      ),
    ).toBe(
      [
        'delete element inet mha4rdb_5432 armed { 5432 }',
        'add element inet mha4rdb_5432 armed { 5432 timeout 400ms }',
        'flush set inet mha4rdb_5432 open',
        'flush set inet mha4rdb_5432 peers',
        'flush set inet mha4rdb_5432 peers6',
        'add element inet mha4rdb_5432 peers { 10.0.0.2 . 5432 timeout 940ms, 10.0.0.3 . 5432 timeout 940ms }',
        'add element inet mha4rdb_5432 peers6 { fd00::2 . 5432 timeout 940ms }',
        'add element inet mha4rdb_5432 open { 5432 timeout 940ms }',
        '',
      ].join('\n'),
    );
  });

  it('opens to nobody but the peers before the gate', () => {
    const text = commitLease(
      5432,
      { audience: 'peers', peers: ['10.0.0.2'] },
      { lease: 940, token: 400 },
    );
    expect(text).toContain('add element inet mha4rdb_5432 peers');
    expect(text).not.toContain('add element inet mha4rdb_5432 open');
  });

  it('arms with a fresh token even when an old one is still there', () => {
    expect(armTable(5432, 100)).toBe(
      'flush set inet mha4rdb_5432 armed\nadd element inet mha4rdb_5432 armed { 5432 timeout 100ms }\n',
    );
  });
});
