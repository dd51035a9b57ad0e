import { parsePortTable } from './port-listing.js';
import { buildTable, listTable, removeTable, tableName } from './port-ruleset.js';

describe('the port lease as nftables text', () => {
  it('names only our own table, one for each database port', () => {
    for (const port of [5432, 5433]) {
      const text = [buildTable(port), listTable(port), removeTable(port)].join('\n');
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
});
