import { parse } from 'yaml';
import { memberConfig } from './member-config.js';
import { planMembers } from './plan.js';

const members = planMembers('dual');

function config(at: number, database?: Record<string, unknown>): Record<string, unknown> {
  const self = members[at];
  if (self === undefined) throw new Error(`no member ${at}`);
  const passwordFiles = { superuser: '/s', replication: '/r' };
  const input = { cluster: 'c', members, self, directory: '/d', binDir: '/b', passwordFiles };
  const text = memberConfig(
    { ...input, timing: 'fast', engine: 'postgres' },
    database === undefined ? {} : { database },
  );
  return parse(text) as Record<string, unknown>;
}

describe('a generated configuration', () => {
  it('names every member, and a database only for those with data', () => {
    expect(config(0)['members']).toEqual([
      {
        id: 'n1',
        address: '10.77.0.11:7400',
        role: 'data',
        database: '10.77.0.11:5432',
        priority: 100,
      },
      { id: 'n2', address: '10.77.0.12:7400', role: 'data', database: '10.77.0.12:5432' },
      { id: 'n3', address: '10.77.0.13:7400', role: 'arbiter' },
    ]);
  });

  it('gives an arbiter neither database nor VIP', () => {
    const arbiter = config(2);
    expect(Object.keys(arbiter)).not.toContain('database');
    expect(Object.keys(arbiter)).not.toContain('vip');
  });

  it('replaces what a scenario replaces and keeps the rest', () => {
    expect(config(0, { binDir: '/none' })['database']).toMatchObject({
      binDir: '/none',
      dataDir: '/d/pg',
    });
  });

  it.each([
    ['single', ['data']],
    ['dual', ['data', 'data', 'arbiter']],
    ['cluster', ['data', 'data', 'data']],
  ] as const)('plans %s as %j', (mode, roles) => {
    expect(planMembers(mode).map(({ role }) => role)).toEqual(roles);
  });
});
