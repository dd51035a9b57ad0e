import { admissionOf, identLines, renderAccessRules, withIdentLines } from './access-rules.js';

const rules = {
  superuser: 'postgres',
  replicationUser: 'replicator',
  memberHosts: ['10.0.0.1', '10.0.0.2', '10.0.0.2', 'fd00::3', 'db4.example'],
  userLines: ['host all app 10.0.0.0/24 scram-sha-256'],
  keptLines: ['host all old 10.0.0.0/24 md5'],
};

test('before the gate only the agent and replication get in, whatever the operator says', () => {
  const lines = renderAccessRules({ ...rules, admits: 'replication' })
    .split('\n')
    .slice(2);
  expect(lines).toEqual([
    'local all "postgres" peer map=mha4rdb',
    'host replication "replicator" 10.0.0.1/32 scram-sha-256',
    'host replication "replicator" 10.0.0.2/32 scram-sha-256',
    'host replication "replicator" fd00::3/128 scram-sha-256',
    'host replication "replicator" db4.example scram-sha-256',
    'local all all reject',
    'host all all all reject',
    '',
  ]);
});

test("after the gate the operator's lines come before those of an adopted directory", () => {
  const lines = renderAccessRules({ ...rules, admits: 'all' }).split('\n');
  expect(lines).toContain('host all "postgres" 10.0.0.2/32 scram-sha-256');
  expect(lines.slice(-3)).toEqual([...rules.userLines, ...rules.keptLines, '']);
  expect(lines.join()).not.toContain('reject');
});

test('a file of ours tells whom it admits, any other tells nothing', () => {
  for (const admits of ['all', 'replication'] as const) {
    expect(admissionOf(renderAccessRules({ ...rules, admits }))).toBe(admits);
  }
  expect(admissionOf('local all all peer\n')).toBeUndefined();
});

test('lines of the user map are put first once, and others are kept', () => {
  const lines = identLines(['root', 'postgres', 'root'], 'postgres');
  expect(lines).toEqual(['mha4rdb "root" "postgres"', 'mha4rdb "postgres" "postgres"']);
  const once = withIdentLines('# map\nother a b\n', lines);
  expect(once).toBe([...lines, '# map', 'other a b', ''].join('\n'));
  expect(withIdentLines(once, lines)).toBe(once);
});
